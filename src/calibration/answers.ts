import { LoadbotError } from '../shared/errors.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import { formatShare } from '../shared/units.ts';
import { errorsOf, requestsOf } from '../recorder/snapshot.ts';
import type { TrialResult } from './run-trial.ts';

/** Maximum share of failed requests for a valid measurement. */
const FAILING_SHARE = 0.01;

/** @throws {LoadbotError} when the target does not respond, or too many requests fail */
export function requireResponses({ tally, failures }: Pick<TrialResult, 'tally' | 'failures'>): void {
  const requests = requestsOf(tally);
  const errors = errorsOf(tally);
  if (requests > 0 && errors <= requests * FAILING_SHARE) return;
  const [first] = failures;
  const because = first === undefined ? '' : ` (${first.errorClass}: ${sanitizeForTerminal(first.message)})`;
  const message =
    requests === 0 ? 'no responses' : `${formatShare(errors, requests)} of the requests to the target failed`;
  throw new LoadbotError('internal', `cannot calibrate: ${message}${because}`, {
    hint: 'calibrate against a target that responds immediately, or omit the target to start a null server',
  });
}

/** Requests per second with an outcome, over the measured time. */
export function rateOf({ tally, elapsedMs }: Pick<TrialResult, 'tally' | 'elapsedMs'>): number {
  return (requestsOf(tally) / elapsedMs) * 1000;
}
