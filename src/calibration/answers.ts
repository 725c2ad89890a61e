import { LoadbotError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { formatShare } from '../core/units.ts';
import { errorsOf, requestsOf } from '../recorder/snapshot.ts';
import type { Played } from './play.ts';

/** Of all requests, how many may fail so that the others still tell something about the target. */
const FAILING_SHARE = 0.01;

/** @throws {LoadbotError} when the target's answers are no answers */
export function requireAnswers({ tally, failures }: Pick<Played, 'tally' | 'failures'>): void {
  const requests = requestsOf(tally);
  const errors = errorsOf(tally);
  if (requests > 0 && errors <= requests * FAILING_SHARE) return;
  const [first] = failures;
  const because = first === undefined ? '' : ` (${first.errorClass}: ${printable(first.message)})`;
  const message =
    requests === 0 ? 'nothing answered' : `${formatShare(errors, requests)} of the requests to the target failed`;
  throw new LoadbotError('internal', `cannot calibrate: ${message}${because}`, {
    hint: 'calibrate against something that answers at once, or leave the target out: then a null server is started',
  });
}

/** Requests per second that got an answer, over the measured time. */
export function rateOf({ tally, elapsedMs }: Pick<Played, 'tally' | 'elapsedMs'>): number {
  return (requestsOf(tally) / elapsedMs) * 1000;
}
