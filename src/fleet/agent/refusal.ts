import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { shorten } from '../wire/messages/fields.ts';
import type { RefusalCode } from '../wire/messages/command.ts';

/** A refusal of a command. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly hint: string | null;

  constructor(code: RefusalCode, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Describes why a command failed, for its reply. */
export function refusalOf(error: unknown): {
  readonly code: RefusalCode;
  readonly message: string;
  readonly hint: string | null;
} {
  if (error instanceof Refusal) return { code: error.code, message: shorten(error.message), hint: error.hint };
  if (error instanceof LoadbotError) {
    const code = error.code === 'agent_busy' ? 'busy' : 'plan';
    return { code, message: shorten(error.message), hint: error.hint === undefined ? null : shorten(error.hint) };
  }
  return { code: 'damaged', message: shorten(messageOf(error)), hint: null };
}
