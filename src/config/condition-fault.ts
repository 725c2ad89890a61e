import type { ConditionFault } from '../core/condition/condition.ts';
import { didYouMean } from './suggest.ts';
import type { Fault } from './threshold.ts';

/**
 * Says what is wrong with a text in the language of conditions, and where in it, in its own words.
 * @param said what the text fails to be: `is no condition`
 */
export function explainFault({ message, position, hint, unknown }: ConditionFault, text: string, said: string): Fault {
  const place =
    position < text.length ? ` (at character ${position + 1}: \`${text.slice(position, position + 20)}\`)` : '';
  const suggestion = unknown && didYouMean(unknown.word, unknown.candidates);
  const known = unknown && `known are ${unknown.candidates.join(', ')}`;
  const advice = hint ?? suggestion ?? known;
  return { message: `${said}: ${message}${place}`, ...(advice !== undefined && { hint: advice }) };
}
