import type { ReadText } from '../../shared/read-file.ts';

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
