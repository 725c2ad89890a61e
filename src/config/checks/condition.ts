import type { ConditionFault } from '../../core/condition/condition.ts';
import { parseCondition } from '../../core/condition/parse.ts';
import type { Finding } from '../finding.ts';
import type { Path } from '../path.ts';
import { didYouMean } from '../suggest.ts';

/** What is wrong with a condition on the values of sources. */
export function checkCondition(text: string, path: Path): Finding[] {
  const parsed = parseCondition(text);
  return 'fault' in parsed ? [{ path, ...explainFault(parsed.fault, text) }] : [];
}

/** Says where in the text, in its own words. */
function explainFault({ message, position, hint, unknown }: ConditionFault, text: string): Omit<Finding, 'path'> {
  const place =
    position < text.length ? ` (at character ${position + 1}: \`${text.slice(position, position + 20)}\`)` : '';
  const suggestion = unknown && didYouMean(unknown.word, unknown.candidates);
  const known = unknown && `known are ${unknown.candidates.join(', ')}`;
  return { message: `is no condition: ${message}${place}`, hint: hint ?? suggestion ?? known };
}
