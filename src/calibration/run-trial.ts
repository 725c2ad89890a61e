import { executePlan, type ExecuteOptions } from '../compose/execute-plan.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Tally } from '../recorder/snapshot.ts';
import type { RunResult } from '../reports/report.ts';
import { CpuMeter, type CpuUse } from './cpu-meter.ts';
import { type TrialLoad, workloadOf } from './load.ts';

/** Result of a load. */
export interface TrialResult {
  /** The measured part. */
  readonly tally: Tally;
  readonly elapsedMs: number;
  /** CPU usage of the measured part; `processSeconds` are the agent's. */
  readonly cpu: CpuUse;
  /** The first failure of each class. */
  readonly failures: RunResult['failures'];
  /** Validity of the run. */
  readonly validity: RunResult['validity'];
}

interface PlayOptions extends ExecuteOptions {
  /** @throws {LoadbotError} when the workload is invalid */
  plan(workload: string): Promise<Plan>;
}

/**
 * Runs a load like `run`: the same plan, threads, engine and driver, without exporters.
 * @throws {LoadbotError} when the run fails; an `AbortError` when it is stopped
 */
export async function runTrial(target: string, load: TrialLoad, options: PlayOptions): Promise<TrialResult> {
  const plan = await options.plan(workloadOf(target, load));
  const meter = new CpuMeter(options.clock);
  meter.start();
  try {
    const { final, failures, validity } = await executePlan(plan, options);
    const [job] = final.jobs;
    if (job?.endedEpochMs === undefined) throw new LoadbotError('internal', 'a load of the calibration did not end');
    const { measured: tally, elapsedMs, endedEpochMs } = job;
    return { tally, elapsedMs, cpu: meter.between(endedEpochMs - elapsedMs, endedEpochMs), failures, validity };
  } finally {
    meter.stop();
  }
}
