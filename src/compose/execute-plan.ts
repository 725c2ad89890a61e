import { Run } from '../agent/run.ts';
import type { DocumentLedger } from '../engine/document-ledger.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunResult } from '../reports/report.ts';
import { openRun } from './open-run.ts';
import type { ComposeOptions } from './parts.ts';

/** Options of runs that are part of a measurement of several runs. */
export interface ExecuteOptions extends Omit<ComposeOptions, 'debug'> {
  /** Stops the current run. */
  readonly signal: AbortSignal;
  /** Documents of earlier runs with the same seed; absent: none. */
  readonly documents?: DocumentLedger;
}

/**
 * Runs a plan like `run`: the same threads, engine and driver, without reports, exporters and annotations.
 * @throws {LoadbotError} when the run fails; an `AbortError` when it is stopped
 */
export async function executePlan(plan: Plan, options: ExecuteOptions): Promise<RunResult> {
  const { clock, log, build, signal } = options;
  const metrics = { ...plan.metrics, pushTargets: [], pullPort: undefined };
  const quiet: Plan = { ...plan, grafana: undefined, controlPort: undefined, metrics };
  const open = (handle: Run): ReturnType<typeof openRun> =>
    openRun(quiet, handle, { ...options, debug: { on: false } });
  const run = new Run({ plan: quiet, open, clock, log, build, reports: [] });
  const stop = (): void => run.terminate();
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    const result = await run.execute();
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
