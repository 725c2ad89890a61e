import { LoadbotError } from '../core/errors.ts';
import type { ErrorClass, FailureDetail } from '../core/outcome.ts';
import { mask, secretsOfTarget } from '../core/secrets.ts';
import type { Target } from '../core/target.ts';

/** What went wrong, in the words of the result. */
export interface Verdict {
  readonly errorClass: ErrorClass;
  readonly detail: FailureDetail | undefined;
}

/**
 * The error of a connection that will not be had however often it is tried: credentials that the server does not take,
 * a database that it does not have, a certificate that does not fit. `undefined`: it may be had later.
 * @param words the server's or the library's own; those who do not know a command may repeat it, password and all
 */
export function hopeless({ errorClass, detail }: Verdict, target: Target, words: string): LoadbotError | undefined {
  const reason = mask(words, secretsOfTarget(target));
  if (detail === 'authentication') {
    return new LoadbotError('config_invalid', `${target.url} did not let us in: ${reason}`, {
      hint: 'check the user and password in the connection string',
    });
  }
  if (detail === 'missing_database') {
    return new LoadbotError('config_invalid', `${target.url} has no such database: ${reason}`, {
      hint: 'check the database in the connection string, or `database` of the job',
    });
  }
  if (errorClass === 'tls') {
    return new LoadbotError('config_invalid', `no TLS connection to ${target.url}: ${reason}`, {
      hint: 'does the server speak TLS here, and is its certificate signed by an authority that you trust?',
    });
  }
  return undefined;
}

/** How it goes with the connections that a job opens ahead of its first request. */
export interface OpeningAhead {
  /**
   * Whether to open another one. Not any more once one has timed out: a server that does not answer would make a job of
   * many connections wait for the timeout many times. They are opened by their first requests then.
   */
  goesOn: boolean;
}

/**
 * Opens a connection, a second time when the first one was refused for good: a refusal ends the run, and one damaged
 * message can look like one.
 * @param open resolves with the refusal, if there is one
 * @throws {LoadbotError} the refusal of the second attempt
 */
export async function openOrRefuse(open: () => Promise<LoadbotError | undefined>): Promise<void> {
  if ((await open()) === undefined) return;
  const refusal = await open();
  if (refusal !== undefined) throw refusal;
}
