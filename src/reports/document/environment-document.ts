import type { MachineInfo } from '../../metrics/machine.ts';
import type { LatencyFloor } from '../../shared/floor.ts';
import { formatMs } from '../../shared/units.ts';

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

/** Latency floor of this machine (a loopback request to the same thread), in seconds; `null` if unknown. */
export type FloorDocument = {
  readonly samples: number;
  readonly p50_seconds: number;
  readonly p99_seconds: number;
} | null;

export function floorDocument(floor: LatencyFloor | undefined): FloorDocument {
  if (floor === undefined) return null;
  return { samples: floor.samples, p50_seconds: floor.p50Seconds, p99_seconds: floor.p99Seconds };
}

/** Formats the floor for reports. */
export function describeFloor(floor: FloorDocument): string {
  if (floor === null) return 'not known';
  const { p50_seconds: p50, p99_seconds: p99 } = floor;
  return `p50 ${formatMs(p50 * 1000)}, p99 ${formatMs(p99 * 1000)} for a request over loopback to its own thread`;
}
