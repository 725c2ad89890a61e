import type { Played } from './play.ts';

/** What kept a load from being higher. */
export type Limit = 'agent' | 'machine' | 'target';

/** A thread that is busy for so much of the time has nothing left to give. */
const THREAD_BUSY = 0.85;
/** So is a machine. */
const MACHINE_BUSY = 0.9;
/** A CPU quota that is used up for so much of a second is what limits. */
const THROTTLED = 0.05;

/** What limited a load that ran as fast as it could: the agent's threads, the processors that it gets, or else the target. */
export function limitOf(
  { cpu, elapsedMs, validity }: Pick<Played, 'cpu' | 'elapsedMs' | 'validity'>,
  threads: number,
): Limit {
  if (cpu.processSeconds / (elapsedMs / 1000) >= THREAD_BUSY * threads) return 'agent';
  const { throttled = 0 } = validity.peaks;
  return cpu.machineShare >= MACHINE_BUSY || throttled >= THROTTLED ? 'machine' : 'target';
}
