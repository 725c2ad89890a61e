import type { ErrorClass, FailureDetail } from '../../core/outcome.ts';
import { ClassifiedError, classifyError } from '../classify-error.ts';
import type { SqlVerdict } from '../sql/connection.ts';

type Ruling = readonly [errorClass: ErrorClass, detail?: FailureDetail];

/** SQLSTATE codes, whole or as the class that their first two characters are (PostgreSQL manual, appendix A). */
const RULINGS: ReadonlyMap<string, Ruling> = new Map<string, Ruling>([
  ['08', ['reset']],
  ['23', ['driver', 'constraint']],
  ['23505', ['driver', 'duplicate_key']],
  ['25006', ['driver', 'read_only']],
  ['28', ['driver', 'authentication']],
  ['3D000', ['driver', 'missing_database']],
  ['40001', ['driver', 'serialization']],
  ['40P01', ['driver', 'deadlock']],
  ['42', ['driver', 'syntax']],
  ['42501', ['driver']],
  ['42P01', ['driver', 'missing_table']],
  ['42P07', ['driver']],
  ['53200', ['driver', 'out_of_memory']],
  ['53300', ['driver', 'too_many_connections']],
  ['55P03', ['driver', 'lock_timeout']],
  // Cancelled on the server, by its own timeout or by somebody else.
  ['57014', ['timeout']],
  // Shut down, crashed, or a database that was dropped.
  ['57P01', ['reset']],
  ['57P02', ['reset']],
  ['57P05', ['reset']],
  // Starting up or shutting down: it does not take connections now.
  ['57P03', ['refused']],
]);

/** Errors of the client library, which gives them no code. */
const MESSAGES: readonly (readonly [message: RegExp, ruling: Ruling])[] = [
  [/^Connection terminated/, ['reset']],
  [/^Client has encountered a connection error/, ['reset']],
  [/SSL connection/, ['tls']],
  [/^SASL/, ['driver', 'authentication']],
  [/^received invalid response/, ['protocol']],
];

/** What PostgreSQL or its client library means, in the words of the result. */
export function judgePostgres(error: unknown): SqlVerdict {
  const code = sqlStateOf(error);
  const [errorClass, detail] = ruleOnCode(code) ?? ruleOnMessage(error) ?? [classifyError(error)];
  return { errorClass, detail, isThere: code === '42P07' || isRace(error, code) };
}

/** Whether the server gave the whole connection up, rather than one statement. */
export function isFatal(error: unknown): boolean {
  const severity: unknown = error instanceof Error && 'severity' in error ? error.severity : undefined;
  return severity === 'FATAL' || severity === 'PANIC';
}

/** Whether a prepared statement has to be prepared again: the columns of its result have changed. */
export function isStale(error: unknown): boolean {
  return sqlStateOf(error) === '0A000';
}

/**
 * Whether the server knows other prepared statements than this connection has prepared: none of this name, or one of it
 * already. A pooler that gives each transaction another connection of the server causes both. The request has not been
 * executed.
 */
export function isForeignServer(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code === '26000' || code === '42P05';
}

function ruleOnCode(code: string | undefined): Ruling | undefined {
  return code === undefined ? undefined : (RULINGS.get(code) ?? RULINGS.get(code.slice(0, 2)) ?? ['driver']);
}

function ruleOnMessage(error: unknown): Ruling | undefined {
  if (!(error instanceof Error) || error instanceof ClassifiedError || 'code' in error) return undefined;
  return MESSAGES.find(([message]) => message.test(error.message))?.[1];
}

/**
 * Two that create the same table at once: the second fails on a catalogue's own unique index, or, a moment later, on
 * the type that every table has, before anybody looks whether the table is there.
 */
function isRace(error: unknown, code: string | undefined): boolean {
  if (code === '42710' && error instanceof Error) return error.message.startsWith('type ');
  return code === '23505' && error instanceof Error && 'schema' in error && error.schema === 'pg_catalog';
}

/** Server errors alone have a severity; codes of sockets look much the same (`EPIPE` is five letters too). */
function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
