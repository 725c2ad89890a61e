import { inspect } from 'node:util';

/** Why a command could not do what it was asked; `exit-status.ts` maps each to one exit code. */
export type ErrorCode =
  | 'config_invalid'
  | 'resource_limit'
  | 'port_in_use'
  | 'delivery_failed'
  | 'not_trustworthy'
  | 'agent_unreachable'
  | 'server_unreachable'
  | 'agent_busy'
  | 'internal';

/** One thing that is wrong with the user's input. */
export interface Problem {
  /** What is wrong and why, in one sentence. */
  readonly message: string;
  /** Where: `jobs[1].pace`, a flag, or nothing when the whole input is meant. */
  readonly path?: string;
  /** File, with line and column when known: `load.jsonc:12:5`. */
  readonly file?: string;
  /** What to do about it. */
  readonly hint?: string;
}

interface LoadbotErrorOptions {
  readonly hint?: string;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
  /** The field of a job that is to blame, as a path from the job: `['http', 'method']`. */
  readonly field?: readonly string[];
}

/**
 * The only error that reaches a user: says what went wrong and where in `message`, what to do in `hint`.
 * Anything else that escapes is a fault of ours and is shown with its stack.
 */
export class LoadbotError extends Error {
  override readonly name = 'LoadbotError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
  readonly field: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, options: LoadbotErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
    this.field = options.field;
  }
}

/** The message of anything that was thrown; never empty, never `undefined`, never `[object Object]`. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '' && thrown.errors.length > 0) {
    // Node reports "connection refused on every address" as an AggregateError without a message.
    return messageOf(thrown.errors[0]);
  }
  if (thrown instanceof Error) return thrown.message || thrown.name;
  if (thrown === undefined || thrown === null || thrown === '') return 'unknown error';
  if (typeof thrown === 'string') return thrown;
  // Some libraries throw plain objects that only look like an error.
  const message: unknown = typeof thrown === 'object' && 'message' in thrown ? thrown.message : undefined;
  return typeof message === 'string' && message !== '' ? message : inspect(thrown, { breakLength: Infinity });
}
