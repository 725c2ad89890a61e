import { LoadbotError } from '../core/errors.ts';
import { parseDuration } from '../core/units.ts';

/** Milliseconds of a validated duration. */
export function toMs(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new LoadbotError('internal', `a duration that is none passed validation: ${duration}`);
  return ms;
}
