import { arch, availableParallelism, cpus, platform, release, totalmem, type } from 'node:os';
import { type ReadText, readTextFile } from '../core/read-text-file.ts';

/** What the load was made on, as far as numbers depend on it. */
export interface Machine {
  readonly cpuModel: string;
  /** Processors that this process may use. */
  readonly cpus: number;
  /** How many of them a container gets, fractions included; `undefined`: as many as there are. */
  readonly cpuLimit: number | undefined;
  readonly memoryBytes: number;
  /** What a container may use of it; `undefined`: all. */
  readonly memoryLimitBytes: number | undefined;
  /** The system as it calls itself: `Debian GNU/Linux 12 (bookworm)`. */
  readonly system: string;
  /** `Linux 6.1.0`, on `x64`. */
  readonly kernel: string;
  readonly arch: string;
  readonly node: string;
}

/** Reads what this machine is; files that are not there say nothing. */
export function readMachine(read: ReadText = readTextFile): Machine {
  const memoryBytes = totalmem();
  const limit = process.constrainedMemory();
  return {
    cpuModel: cpus()[0]?.model.trim() || 'unknown',
    cpus: availableParallelism(),
    cpuLimit: cpuLimitOf(read),
    memoryBytes,
    // Without a limit it is 0, or a number beyond all memory.
    memoryLimitBytes: limit > 0 && limit < memoryBytes ? limit : undefined,
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(read('/etc/os-release') ?? '')?.[1] ?? platform(),
    kernel: `${type()} ${release()}`,
    arch: arch(),
    node: process.version,
  };
}

/** Processors that the control group allows: of version 2, or of version 1. */
function cpuLimitOf(read: ReadText): number | undefined {
  const [quota, period] =
    read('/sys/fs/cgroup/cpu.max')?.trim().split(' ') ??
    ['quota', 'period'].map((name) => read(`/sys/fs/cgroup/cpu/cpu.cfs_${name}_us`)?.trim());
  const limit = Number(quota) / Number(period);
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
}
