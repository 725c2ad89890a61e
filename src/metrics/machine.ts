import { arch, availableParallelism, cpus, platform, release, totalmem, type } from 'node:os';
import { type ReadText, readTextFile } from '../shared/read-file.ts';

/** Machine that generates the load, as far as results depend on it. */
export interface MachineInfo {
  readonly cpuModel: string;
  /** Number of processors available to this process. */
  readonly cpus: number;
  /** CPU limit of the container, may be fractional; `undefined`: no limit. */
  readonly cpuLimit: number | undefined;
  readonly memoryBytes: number;
  /** Memory limit of the container; `undefined`: no limit. */
  readonly memoryLimitBytes: number | undefined;
  /** Name of the operating system: `Debian GNU/Linux 12 (bookworm)`. */
  readonly system: string;
  /** Kernel: `Linux 6.1.0`. */
  readonly kernel: string;
  readonly arch: string;
  readonly node: string;
}

/** Reads the description of this machine; missing files leave fields `undefined` or at their defaults. */
export function readMachine(read: ReadText = readTextFile): MachineInfo {
  const memoryBytes = totalmem();
  const limit = process.constrainedMemory();
  return {
    cpuModel: cpus()[0]?.model.trim() || 'unknown',
    cpus: availableParallelism(),
    cpuLimit: cpuLimitOf(read),
    memoryBytes,
    // Without a limit Node returns 0 or a number above the total memory.
    memoryLimitBytes: limit > 0 && limit < memoryBytes ? limit : undefined,
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(read('/etc/os-release') ?? '')?.[1] ?? platform(),
    kernel: `${type()} ${release()}`,
    arch: arch(),
    node: process.version,
  };
}

/** Reads the CPU limit of the control group, version 2 or version 1. */
function cpuLimitOf(read: ReadText): number | undefined {
  const [quota, period] =
    read('/sys/fs/cgroup/cpu.max')?.trim().split(' ') ??
    ['quota', 'period'].map((name) => read(`/sys/fs/cgroup/cpu/cpu.cfs_${name}_us`)?.trim());
  const limit = Number(quota) / Number(period);
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
}
