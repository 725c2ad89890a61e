import { inspect } from 'node:util';

/** Reason for the failure of a command; `exit-status.ts` maps each to one exit code. */
export type ErrorCode =
  | 'config_invalid'
  | 'resource_limit'
  | 'port_in_use'
  | 'delivery_failed'
  | 'not_trustworthy'
  | 'agent_unreachable'
  | 'server_unreachable'
  | 'agent_busy'
  | 'too_few_agents'
  | 'internal';

/** An error in the user's input. */
export interface Diagnostic {
  /** Error and reason, in one sentence. */
  readonly message: string;
  /** Location: `jobs[1].pace`, a flag, or absent for the whole input. */
  readonly path?: string;
  /** File, with line and column if known: `load.jsonc:12:5`. */
  readonly file?: string;
  /** Recommended action. */
  readonly hint?: string;
}

interface LoadbotErrorOptions {
  readonly hint?: string;
  readonly problems?: readonly Diagnostic[];
  readonly cause?: unknown;
  /** The field of a job that has the error, as a path from the job: `['http', 'method']`. */
  readonly field?: readonly (string | number)[];
}

/**
 * The only error that is shown to users: `message` has the failure and its location, `hint` the recommended action. Any
 * other error is a bug and is shown with its stack.
 */
export class LoadbotError extends Error {
  /** Another copy of the agent, which a driver module may import, has a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'LoadbotError';
  }

  override readonly name = 'LoadbotError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly problems: readonly Diagnostic[];
  readonly field: readonly (string | number)[] | undefined;

  constructor(code: ErrorCode, message: string, options: LoadbotErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
    this.field = options.field;
  }
}

/** Returns the message of any thrown value; never empty, `undefined` or `[object Object]`. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '' && thrown.errors.length > 0) {
    // Node reports failed connections to all addresses as an AggregateError without a message.
    return messageOf(thrown.errors[0]);
  }
  if (thrown instanceof Error) return thrown.message || thrown.name;
  if (thrown === undefined || thrown === null || thrown === '') return 'unknown error';
  if (typeof thrown === 'string') return thrown;
  // Some libraries throw plain objects with the properties of an error.
  const message: unknown = typeof thrown === 'object' && 'message' in thrown ? thrown.message : undefined;
  return typeof message === 'string' && message !== '' ? message : inspect(thrown, { breakLength: Infinity });
}
