import type { ReadText } from '../../core/read-text-file.ts';

/** Time of all CPUs together, in ticks of no fixed length. */
export interface CpuTime {
  readonly total: number;
  /** That the host of this virtual machine gave to others while we wanted it. */
  readonly stolen: number;
}

/** user, nice, system, idle, iowait, irq, softirq, steal; guests' time, behind them, is in user and nice already. */
const FIELDS = 8;

/** From the first line of Linux's `/proc/stat`; `undefined` elsewhere. */
export function readCpuTime(readText: ReadText): CpuTime | undefined {
  const [name, ...fields] = readText('/proc/stat')?.split('\n', 1)[0]?.split(/\s+/) ?? [];
  const ticks = fields.slice(0, FIELDS).map(Number);
  if (name !== 'cpu' || ticks.length < FIELDS) return undefined;
  return { total: ticks.reduce((sum, one) => sum + one, 0), stolen: ticks[FIELDS - 1] ?? 0 };
}
