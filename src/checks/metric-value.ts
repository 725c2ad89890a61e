import type { JobMetric } from '../shared/job-metric.ts';
import type { Json } from '../shared/json.ts';
import { cutText } from '../shared/text.ts';
import { secondsToMs } from '../shared/units.ts';
import { UnreadableResponse } from './response-view.ts';

/** Characters of a value in a message. */
const MOST_SHOWN = 40;

/**
 * Converts a captured value for `Exchange.record`: a whole number of at least 0 of a counter, seconds of a trend; both may
 * be text.
 * @throws {UnreadableResponse} for another value
 */
export function toMetricValue({ name, type }: JobMetric, value: Json): number {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (type === 'trend' && number >= 0 && number < Infinity) return secondsToMs(number);
  if (type === 'counter' && number >= 0 && Number.isSafeInteger(number)) return number;
  const form = type === 'trend' ? 'a number of seconds' : 'a whole number';
  throw new UnreadableResponse(
    `metric ${name}: ${cutText(JSON.stringify(value), MOST_SHOWN)} is not ${form} of at least 0`,
  );
}
