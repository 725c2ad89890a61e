import { sanitizeForTerminal } from '../shared/text.ts';

/** Describes a run that is marked invalid, for messages. */
export function describeInvalid(runId: string): string {
  return `run ${sanitizeForTerminal(runId.slice(0, 8))} is marked invalid: its numbers are unreliable`;
}
