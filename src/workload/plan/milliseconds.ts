import { LoadbotError } from '../../shared/errors.ts';
import { parseDuration } from '../../shared/units.ts';

/** Nanoseconds per millisecond; numeric durations are in nanoseconds. */
const NANOSECONDS = 1e6;

/** Milliseconds of a validated duration: text, or nanoseconds. */
export function toMs(duration: string | number): number {
  if (typeof duration === 'number') return duration / NANOSECONDS;
  const ms = parseDuration(duration);
  if (ms === undefined) throw new LoadbotError('internal', `a duration that is none passed validation: ${duration}`);
  return ms;
}
