import { LoadbotError } from '../shared/errors.ts';
import { EXIT, exitCodeOf } from '../shared/exit-status.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunResult, RunOutcomeKind } from '../reports/report.ts';

/** Facts that decide the conclusion of a run. */
interface Concluded extends Pick<RunResult, 'end' | 'validity' | 'thresholds' | 'deliveries'> {
  /** Why it failed. */
  readonly error: unknown;
}

/** Conclusion of a run and its exit status. */
export function concludeRun(
  run: Concluded,
  { allowInvalid, metrics }: Pick<Plan, 'allowInvalid' | 'metrics'>,
): Pick<RunResult, 'verdict' | 'exitStatus'> {
  const verdict = verdictOf(run, allowInvalid, metrics.requireDelivery);
  const { error } = run;
  const status = verdict === 'failed' && error instanceof LoadbotError ? exitCodeOf(error.code) : STATUS[verdict];
  return { verdict, exitStatus: status };
}

const STATUS: Readonly<Record<RunOutcomeKind, number>> = {
  passed: EXIT.ok,
  invalid: EXIT.notTrustworthy,
  thresholds_failed: EXIT.thresholdFailed,
  aborted: EXIT.thresholdFailed,
  undelivered: EXIT.undelivered,
  stopped: EXIT.stoppedBySignal,
  failed: EXIT.internal,
};

function verdictOf(
  { end, validity, thresholds, deliveries }: Concluded,
  allowInvalid: boolean,
  requireDelivery: boolean,
): RunOutcomeKind {
  if (end === 'failed' || end === 'stopped') return end;
  // Untrustworthy numbers neither pass nor fail a threshold.
  if (!validity.valid && !allowInvalid) return 'invalid';
  if (end === 'aborted') return 'aborted';
  if (thresholds.some(({ ok }) => !ok)) return 'thresholds_failed';
  const isLacking = deliveries.some(({ undeliveredSamples }) => undeliveredSamples > 0);
  return requireDelivery && isLacking ? 'undelivered' : 'passed';
}
