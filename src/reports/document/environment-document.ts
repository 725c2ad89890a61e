import type { MachineInfo } from '../../metrics/machine.ts';

/** Machine that generated the load, in the result file; `null`: no container limit. */
export type EnvironmentDocument = ReturnType<typeof environmentDocument>;

export function environmentDocument(machine: MachineInfo) {
  return {
    cpu_model: machine.cpuModel,
    cpus: machine.cpus,
    cpu_limit: machine.cpuLimit ?? null,
    memory_bytes: machine.memoryBytes,
    memory_limit_bytes: machine.memoryLimitBytes ?? null,
    system: machine.system,
    kernel: machine.kernel,
    arch: machine.arch,
    node: machine.node,
  };
}
