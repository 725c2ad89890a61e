import type { ConditionError } from '../conditions/condition.ts';
import { didYouMean } from './suggest.ts';
import type { ThresholdFault } from './threshold.ts';

/**
 * Builds the finding of a condition that does not parse, with the position of the error.
 * @param said predicate of the message, such as `is not a condition`
 */
export function describeConditionFault(
  { message, position, hint, unknown }: ConditionError,
  text: string,
  said: string,
): ThresholdFault {
  const place =
    position < text.length ? ` (at character ${position + 1}: \`${text.slice(position, position + 20)}\`)` : '';
  const suggestion = unknown && didYouMean(unknown.word, unknown.candidates);
  const known = unknown && `known are ${unknown.candidates.join(', ')}`;
  const advice = hint ?? suggestion ?? known;
  return { message: `${said}: ${message}${place}`, ...(advice !== undefined && { hint: advice }) };
}
