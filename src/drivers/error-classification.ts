import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { ErrorClass, FailureDetail } from '../shared/outcome.ts';
import { redactSecrets, secretsOfTarget } from '../shared/secrets.ts';
import type { Target } from '../plan/target.ts';

/** Classification of an error. */
export interface ErrorClassification {
  readonly errorClass: ErrorClass;
  readonly detail: FailureDetail | undefined;
}

/**
 * Error of a connection that fails permanently: credentials that the server rejects, a missing database, an untrusted
 * certificate. `undefined`: a retry may succeed.
 * @param words message of the server or the library. A server that does not know a command may repeat it, password
 * included, so secrets are masked.
 */
export function permanentConnectError(
  { errorClass, detail }: ErrorClassification,
  target: Target,
  words: string,
): LoadbotError | undefined {
  const reason = redactSecrets(words, secretsOfTarget(target));
  if (detail === 'authentication') {
    return new LoadbotError('config_invalid', `authentication at ${target.url} failed: ${reason}`, {
      hint: 'check the user and password in the connection string',
    });
  }
  if (detail === 'missing_database') {
    return new LoadbotError('config_invalid', `database does not exist at ${target.url}: ${reason}`, {
      hint: 'check the database in the connection string, or `database` of the job',
    });
  }
  if (errorClass === 'tls') {
    return new LoadbotError('config_invalid', `TLS connection to ${target.url} failed: ${reason}`, {
      hint: 'check that the server supports TLS on this port and that a trusted CA signed its certificate',
    });
  }
  return undefined;
}

/** How a session opens its connection ahead of the first request. */
export interface ConnectAhead {
  readonly signal: AbortSignal;
  readonly warmUp: ConnectionWarmUp;
  readonly target: Target;
  connect(): Promise<void>;
  /** Closes the connection at once, in any state. */
  drop(): void;
  classify(error: unknown): ErrorClassification;
}

/** State of the connections that a job opens ahead of its first request. */
export interface ConnectionWarmUp {
  /**
   * Whether to open another one; false after the first timeout. Otherwise an unresponsive server would delay a job by
   * one timeout per connection. The remaining connections are opened by their first requests.
   */
  goesOn: boolean;
}

/**
 * Opens the connection of a session ahead of its first request if the server accepts it.
 * @throws {LoadbotError} for a permanent error
 */
export async function connectAhead(session: ConnectAhead): Promise<void> {
  await openWithRetry(() => tryConnect(session));
}

/** @returns the permanent error, if there is one */
async function tryConnect(session: ConnectAhead): Promise<LoadbotError | undefined> {
  const { signal, warmUp, target } = session;
  if (signal.aborted || !warmUp.goesOn) return undefined;
  const giveUp = (): void => session.drop();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await session.connect();
    return undefined;
  } catch (error) {
    session.drop();
    if (signal.aborted) return undefined;
    if (error instanceof LoadbotError) return error;
    const classification = session.classify(error);
    if (classification.errorClass === 'timeout') warmUp.goesOn = false;
    return permanentConnectError(classification, target, messageOf(error));
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/**
 * Opens a connection, and retries once after a permanent error. The second permanent error ends the run. One corrupted
 * message can look like a permanent error.
 * @param open resolves with the permanent error, if there is one
 * @throws {LoadbotError} the permanent error of the second attempt
 */
export async function openWithRetry(open: () => Promise<LoadbotError | undefined>): Promise<void> {
  if ((await open()) === undefined) return;
  const refusal = await open();
  if (refusal !== undefined) throw refusal;
}
