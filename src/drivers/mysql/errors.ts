import type { ErrorClass, FailureDetail } from '../../shared/outcome.ts';
import { classifyError } from '../classify-error.ts';
import type { SqlErrorClassification } from '../sql/connection.ts';

type Ruling = readonly [errorClass: ErrorClass, detail?: FailureDetail];

/** Error numbers of MySQL and MariaDB, which agree below 1900. */
const RULINGS: ReadonlyMap<number, Ruling> = new Map(
  Object.entries({
    duplicate_key: [1062, 1586],
    deadlock: [1213],
    lock_timeout: [1205, 3572],
    // The row has changed since the snapshot, and a conflict with another server of the group.
    serialization: [1020, 3101],
    // Limits of the server, of a user, of a user's resources.
    too_many_connections: [1040, 1203, 1226],
    authentication: [1044, 1045, 1130, 1251, 1524, 1698, 3118],
    missing_database: [1046, 1049],
    missing_table: [1051, 1146],
    constraint: [1048, 1216, 1217, 1364, 1451, 1452, 3819, 4025],
    syntax: [1054, 1064, 1136, 1149, 1295, 1305],
    read_only: [1290, 1792, 1836],
    out_of_memory: [1037, 1038, 1041],
  } satisfies Partial<Record<FailureDetail, readonly number[]>>).flatMap(([detail, numbers]) =>
    numbers.map((number): [number, Ruling] => [number, ['driver', detail as FailureDetail]]),
  ),
)
  // Statement timeouts of MySQL and MariaDB.
  .set(3024, ['timeout'])
  .set(1969, ['timeout'])
  // Shutting down, killed, idle timeout.
  .set(1053, ['reset'])
  .set(1927, ['reset'])
  .set(4031, ['reset'])
  .set(3159, ['tls']);

/** Error codes of the client library. */
const CODES: ReadonlyMap<string, ErrorClass> = new Map([
  ['PROTOCOL_CONNECTION_LOST', 'reset'],
  ['HANDSHAKE_NO_SSL_SUPPORT', 'tls'],
  ['HANDSHAKE_SSL_ERROR', 'tls'],
  ['HANDSHAKE_UNKNOWN_ERROR', 'protocol'],
  ['PROTOCOL_ERROR', 'protocol'],
  ['PROTOCOL_UNEXPECTED_PACKET', 'protocol'],
]);

/** An index or a table of that name exists. */
const IS_THERE = new Set([1050, 1061]);
/** The server no longer has the prepared statement, or requires that it is prepared again. */
const STALE = new Set([1243, 1615]);

/** Classifies an error of MySQL, MariaDB or their client library. */
export function classifyMysqlError(error: unknown): SqlErrorClassification {
  const number = numberOf(error);
  const alreadyExists = number !== undefined && IS_THERE.has(number);
  if (number !== undefined) {
    const [errorClass, detail] = RULINGS.get(number) ?? ['driver'];
    return { errorClass, detail, alreadyExists };
  }
  const known = error instanceof Error && 'code' in error ? CODES.get(String(error.code)) : undefined;
  return { errorClass: known ?? classifyError(error), detail: undefined, alreadyExists };
}

/** Whether the error ends the connection; the library marks such errors. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && 'fatal' in error && error.fatal === true;
}

/** Whether the statement must be prepared again. */
export function isStale(error: unknown): boolean {
  const number = numberOf(error);
  return number !== undefined && STALE.has(number);
}

/** Error number of the server. Socket errors have a negative number, from the operating system. */
function numberOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return undefined;
  return error.errno > 0 ? error.errno : undefined;
}
