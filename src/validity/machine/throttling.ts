import { join } from 'node:path';
import type { ReadText } from '../../shared/read-file.ts';

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
