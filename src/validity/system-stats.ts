import type { ReadText } from '../shared/read-file.ts';
import { readCpuWaitMs } from '../shared/thread-id.ts';
import { join } from 'node:path';

/** CPU statistics of the system; each is absent if unknown on this system. */
export interface SystemReading {
  readonly cpu: CpuTime | undefined;
  /** For the control group of this process and each of its ancestors. */
  readonly throttling: readonly (Throttling | undefined)[];
}

/** Operating system statistics of this process and its threads. Linux only; on other systems everything is absent. */
export class SystemStats {
  readonly #readText: ReadText;
  readonly #cpuStats: readonly string[];

  constructor(readText: ReadText) {
    this.#readText = readText;
    this.#cpuStats = findCpuStats(readText);
  }

  read(): SystemReading {
    return {
      cpu: readCpuTime(this.#readText),
      throttling: this.#cpuStats.map((path) => readThrottling(path, this.#readText)),
    };
  }

  /** @param threadId thread id of the operating system; 0: unknown */
  readCpuWaitMs(threadId: number): number | undefined {
    return threadId === 0 ? undefined : readCpuWaitMs(threadId, this.#readText);
  }
}

/** Throttling statistics of a control group with a CPU quota. */
export interface Throttling {
  /** Periods in which the group was runnable, and those in which it exhausted its quota. */
  readonly periods: number;
  readonly throttledPeriods: number;
  /** Throttled time in milliseconds, summed over CPUs. */
  readonly throttledMs: number;
}

/**
 * Finds the `cpu.stat` files of the process's control group and its ancestors, each of which may have a quota; empty
 * without control groups. Version 1 has a hierarchy for the controller `cpu`, version 2 has a single one.
 */
export function findCpuStats(readText: ReadText): readonly string[] {
  const groups = (readText('/proc/self/cgroup') ?? '').trim().split('\n');
  return (readText('/proc/self/mountinfo') ?? '').split('\n').flatMap((line) => {
    // 32 31 0:29 /root /mount/point rw,relatime - cgroup cgroup rw,cpu,cpuacct
    const [mount = '', system = ''] = line.split(' - ');
    const [, , , root = '/', point = ''] = mount.split(' ');
    const [type, , options = ''] = system.split(' ');
    const isOfCpu = type === 'cgroup' && options.split(',').includes('cpu');
    if (!isOfCpu && type !== 'cgroup2') return [];
    const group = groups.find((one) => (isOfCpu ? /^\d+:([^:]*,)?cpu(,[^:]*)?:/.test(one) : one.startsWith('0::')));
    if (group === undefined) return [];
    const path = group.split(':').slice(2).join(':');
    // In a container, the mount root may be below the root of the path.
    const within = root !== '/' && path.startsWith(root) ? path.slice(root.length) : path;
    const names = within.split('/').filter((name) => name !== '' && name !== '..');
    return [...names.keys(), names.length].map((depth) => join(point, ...names.slice(0, depth), 'cpu.stat'));
  });
}

/** Reads the statistics of one control group; `undefined` if it has no quota. */
export function readThrottling(path: string, readText: ReadText): Throttling | undefined {
  const figures = new Map(
    (readText(path) ?? '').split('\n').map((line) => {
      const [name = '', value] = line.split(' ');
      return [name, Number(value)] as const;
    }),
  );
  const nanoseconds = figures.get('throttled_time');
  const microseconds = figures.get('throttled_usec');
  const throttledMs = nanoseconds === undefined ? (microseconds ?? NaN) / 1e3 : nanoseconds / 1e6;
  const [periods, throttledPeriods] = [figures.get('nr_periods'), figures.get('nr_throttled')];
  if (periods === undefined || throttledPeriods === undefined || Number.isNaN(throttledMs)) return undefined;
  return { periods, throttledPeriods, throttledMs };
}

/** Time of all CPUs together, in ticks of unspecified length. */
export interface CpuTime {
  readonly total: number;
  /** Steal time: time in which the host ran other virtual machines while this one was ready to run. */
  readonly stolen: number;
}

/** user, nice, system, idle, iowait, irq, softirq, steal; the guest times that follow are included in user and nice. */
const FIELDS = 8;

/** Reads the first line of Linux's `/proc/stat`; `undefined` on other systems. */
export function readCpuTime(readText: ReadText): CpuTime | undefined {
  const [name, ...fields] = readText('/proc/stat')?.split('\n', 1)[0]?.split(/\s+/) ?? [];
  const ticks = fields.slice(0, FIELDS).map(Number);
  if (name !== 'cpu' || ticks.length < FIELDS) return undefined;
  return { total: ticks.reduce((sum, one) => sum + one, 0), stolen: ticks[FIELDS - 1] ?? 0 };
}

/** Clocks that differ in whether they advance while the process or the machine is suspended; milliseconds. */
export interface Clocks {
  /** CPU time of the whole process. */
  readonly cpuMs: number;
  /** The system clock, which may be set. */
  readonly wallMs: number;
  /** Time since boot, including suspended time; `undefined`: unknown on this system. */
  readonly uptimeMs: number | undefined;
}

/** @param readText reads a system file; `undefined` if it does not exist */
export function readClocks(readText: (path: string) => string | undefined): Clocks {
  const { user, system } = process.cpuUsage();
  const uptime = Number.parseFloat(readText('/proc/uptime') ?? '');
  return {
    cpuMs: (user + system) / 1000,
    wallMs: Date.now(),
    uptimeMs: Number.isFinite(uptime) ? uptime * 1000 : undefined,
  };
}
