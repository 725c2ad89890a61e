import type { ErrorClass, FailureDetail } from '../../shared/outcome.ts';
import { classifyError } from '../classify-error.ts';
import type { ErrorClassification } from '../error-classification.ts';

/** Failure details by the server's error code; https://www.mongodb.com/docs/manual/reference/error-codes/ */
const DETAIL_OF_CODE: ReadonlyMap<number, FailureDetail> = new Map<number, FailureDetail>([
  [11000, 'duplicate_key'],
  [11001, 'duplicate_key'],
  [12582, 'duplicate_key'],
  [112, 'serialization'], // WriteConflict
  [246, 'serialization'], // SnapshotUnavailable
  [251, 'serialization'], // NoSuchTransaction
  [16_777_220, 'serialization'], // 40001 of PostgreSQL, as DocumentDB answers it
  [24, 'lock_timeout'],
  [46, 'lock_timeout'], // LockBusy
  [13, 'authentication'], // Unauthorized
  [18, 'authentication'],
  [8000, 'authentication'], // authentication error of Atlas
  [26, 'missing_table'], // NamespaceNotFound
  [121, 'constraint'], // DocumentValidationFailure
  [2, 'syntax'], // BadValue
  [9, 'syntax'], // FailedToParse
  [14, 'syntax'], // TypeMismatch
  [59, 'syntax'], // CommandNotFound
  [73, 'syntax'], // InvalidNamespace
  [40415, 'syntax'], // unknown field
  [10107, 'read_only'], // NotWritablePrimary
  [13435, 'read_only'], // NotPrimaryNoSecondaryOk
  [146, 'out_of_memory'], // ExceededMemoryLimit
]);

/** Error codes that concern connections and deadlines rather than the request. */
const CLASS_OF_CODE: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  [50, 'timeout'], // MaxTimeMSExpired
  [91, 'reset'], // ShutdownInProgress
  [11600, 'reset'], // InterruptedAtShutdown
]);

/** Error classes of the client library with a fixed error class. */
const CLASS_OF_NAME: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['MongoNetworkTimeoutError', 'timeout'],
  ['MongoOperationTimeoutError', 'timeout'],
  ['MongoWaitQueueTimeoutError', 'timeout'],
  ['MongoParseError', 'protocol'],
  ['MongoUnexpectedServerResponseError', 'protocol'],
  ['BSONError', 'protocol'],
]);

/** Errors of connections that the driver or the library closed after another error, or that ended. */
const ENDED: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoNotConnectedError',
]);

/** Error of a reply with write errors, which the library treats as a success. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
  readonly code: number | undefined;

  constructor(code: number | undefined, message: string) {
    super(message);
    this.code = code;
  }
}

/** Classifies an error of the server, the library or the network. */
export function classifyMongoError(thrown: unknown): ErrorClassification {
  if (!(thrown instanceof Error)) return { errorClass: 'driver', detail: undefined };
  if ('code' in thrown && typeof thrown.code === 'number') return judgeCode(thrown.code, thrown);
  const known = CLASS_OF_NAME.get(thrown.name);
  if (known !== undefined) return { errorClass: known, detail: undefined };
  const inner = innerError(thrown);
  if (inner !== undefined) return classifyMongoError(inner);
  if (ENDED.has(thrown.name)) return { errorClass: 'reset', detail: undefined };
  // DNS lookup of the server list of a mongodb+srv:// address.
  if ('syscall' in thrown && String(thrown.syscall).startsWith('query'))
    return { errorClass: 'dns', detail: undefined };
  if (thrown.name === 'MongoServerSelectionError') return { errorClass: 'timeout', detail: undefined };
  return { errorClass: classifyError(thrown), detail: undefined };
}

/** Whether an error only reports that its connection was closed, without the cause. */
export function isConnectionClosedError(thrown: unknown): boolean {
  return thrown instanceof Error && ENDED.has(thrown.name) && thrown.name !== 'MongoNetworkError';
}

/** Whether a request was not sent because the pool closed its connections after an error of another request. */
export function isPoolClearedError(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'MongoPoolClearedError';
}

/** Whether an error is a reply of the server, after which its connection and its transaction stand. */
export function isErrorReply(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number';
}

function judgeCode(code: number, error: Error): ErrorClassification {
  const detail = DETAIL_OF_CODE.get(code) ?? (isTransient(error) ? 'serialization' : undefined);
  return { errorClass: CLASS_OF_CODE.get(code) ?? 'driver', detail };
}

/** Whether the server asks to repeat the whole transaction. */
function isTransient(error: Error): boolean {
  const labels: unknown = 'errorLabels' in error ? error.errorLabels : undefined;
  return Array.isArray(labels) && labels.includes('TransientTransactionError');
}

/** Inner error of a network error or of a failed server selection: the error of the first server. */
function innerError(thrown: Error): Error | undefined {
  if (thrown.cause instanceof Error) return thrown.cause;
  const reason: unknown = 'reason' in thrown ? thrown.reason : undefined;
  if (typeof reason !== 'object' || reason === null || !('servers' in reason) || !(reason.servers instanceof Map))
    return undefined;
  for (const server of reason.servers.values() as Iterable<{ readonly error?: unknown }>) {
    if (server.error instanceof Error) return server.error;
  }
  return undefined;
}
