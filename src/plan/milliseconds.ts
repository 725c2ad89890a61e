import { LoadbotError } from '../core/errors.ts';
import { parseDuration } from '../core/units.ts';

/** Milliseconds of a duration that validation has let through. */
export function toMs(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new LoadbotError('internal', `a duration that is none passed validation: ${duration}`);
  return ms;
}
