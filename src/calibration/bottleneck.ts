import type { TrialResult } from './run-trial.ts';

/** Bottleneck of a load. */
export type Bottleneck = 'agent' | 'machine' | 'target';

/** Minimum utilization of a saturated thread. */
const THREAD_BUSY = 0.85;
/** Minimum utilization of a saturated machine. */
const MACHINE_BUSY = 0.9;
/** Minimum share of a second in which an exhausted CPU quota is the bottleneck. */
const THROTTLED = 0.05;

/** Determines the bottleneck of an unpaced load: the agent's threads, the CPUs of the machine, or else the target. */
export function findBottleneck(
  { cpu, elapsedMs, validity }: Pick<TrialResult, 'cpu' | 'elapsedMs' | 'validity'>,
  threads: number,
): Bottleneck {
  if (cpu.processSeconds / (elapsedMs / 1000) >= THREAD_BUSY * threads) return 'agent';
  const { throttled = 0 } = validity.peaks;
  return cpu.machineShare >= MACHINE_BUSY || throttled >= THROTTLED ? 'machine' : 'target';
}
