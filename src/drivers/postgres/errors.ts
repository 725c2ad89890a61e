import type { ErrorClass, FailureDetail } from '../../shared/outcome.ts';
import { ClassifiedError, classifyError } from '../classify-error.ts';
import type { SqlErrorClassification } from '../sql/connection.ts';

type Ruling = readonly [errorClass: ErrorClass, detail?: FailureDetail];

/** Classes of SQLSTATE codes: whole codes, or their first two characters (PostgreSQL manual, appendix A). */
const RULINGS: ReadonlyMap<string, Ruling> = new Map<string, Ruling>([
  ['08', ['reset']],
  ['23', ['driver', 'constraint']],
  ['23505', ['driver', 'duplicate_key']],
  ['25006', ['driver', 'read_only']],
  // Idle in a transaction for longer than the server allows, and transaction longer than it allows.
  ['25P03', ['reset']],
  ['25P04', ['timeout']],
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
  // Query cancelled, by the server's statement timeout or by another session.
  ['57014', ['timeout']],
  // Server shut down or crashed, or database dropped.
  ['57P01', ['reset']],
  ['57P02', ['reset']],
  ['57P05', ['reset']],
  // Server is starting up or shutting down and accepts no connections.
  ['57P03', ['refused']],
]);

/** Errors of the client library, which have no code. */
const MESSAGES: readonly (readonly [message: RegExp, ruling: Ruling])[] = [
  [/^Connection terminated/, ['reset']],
  [/^Client has encountered a connection error/, ['reset']],
  [/SSL connection/, ['tls']],
  [/^SASL/, ['driver', 'authentication']],
  [/^received invalid response/, ['protocol']],
];

/** Classifies an error of PostgreSQL or its client library. */
export function classifyPostgresError(error: unknown): SqlErrorClassification {
  const code = sqlStateOf(error);
  const [errorClass, detail] = ruleOnCode(code) ?? ruleOnMessage(error) ?? [classifyError(error)];
  return { errorClass, detail, alreadyExists: code === '42P07' || isRace(error, code) };
}

/** Whether the error ends the connection, not only the statement. */
export function isFatal(error: unknown): boolean {
  const severity: unknown = error instanceof Error && 'severity' in error ? error.severity : undefined;
  return severity === 'FATAL' || severity === 'PANIC';
}

/** Whether the statement must be prepared again because its result columns have changed. */
export function isStale(error: unknown): boolean {
  return sqlStateOf(error) === '0A000';
}

/**
 * Whether the server connection has other prepared statements than this connection has prepared: the name is missing or
 * already taken. A pooler that gives each transaction a different server connection causes both. The request was not
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
 * Whether two sessions created the same table concurrently. The second fails on a unique index of the catalog, or a
 * moment later on the row type of the table, before the server checks whether the table exists.
 */
function isRace(error: unknown, code: string | undefined): boolean {
  if (code === '42710' && error instanceof Error) return error.message.startsWith('type ');
  return code === '23505' && error instanceof Error && 'schema' in error && error.schema === 'pg_catalog';
}

/**
 * SQLSTATE of a server error. Only server errors have a severity; socket error codes can look like a SQLSTATE (`EPIPE`
 * also has five letters).
 */
function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
