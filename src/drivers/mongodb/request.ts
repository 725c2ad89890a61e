import type { Document, MongoClient, RunCommandOptions } from 'mongodb';
import { LoadbotError } from '../../shared/errors.ts';
import type { RequestType } from '../../shared/job-type.ts';
import type { Json } from '../../shared/json.ts';
import { MISS, OK, type Outcome } from '../../shared/outcome.ts';
import type { IndexOptions, Operation, RequestCheck, ResponseNeeds } from '../driver.ts';
import { WriteError } from './errors.ts';
import { type CommandData, type IdMaker, withObjectIds } from './object-ids.ts';
import { checkTransaction } from './transaction.ts';

/** Write concern, read concern and read preference of the connection string. */
export type ReadWriteConcerns = Partial<Pick<MongoClient, 'readConcern' | 'readPreference' | 'writeConcern'>>;

/** MongoDB form of one operation: a server command, the same that the library's methods send. */
export interface MongoRequest {
  /** Builds the command of a ticket. */
  prepare(sequence: number): Document;
  /** Options of every command of the operation. */
  readonly options: Pick<RunCommandOptions, 'readPreference'>;
  /**
   * Outcome of a successful reply.
   * @throws {WriteError} when the reply reports a failed write
   */
  outcomeOf(reply: Document): Outcome;
  /** Error code that counts as success; `undefined`: none. */
  readonly acceptableCode: number | undefined;
  /** Parts of the reply to keep; `undefined`: none. */
  readonly needs: ResponseNeeds | undefined;
  /** Part of a transaction that the request performs, as a command to `admin`; `undefined`: none. */
  readonly transaction: Operation['transaction'];
}

/** NamespaceNotFound: dropping a missing collection succeeds. */
const NOT_THERE = 26;
/** NoSuchTransaction: the server has aborted it already, as it does at a conflict. */
const NO_TRANSACTION = 251;

/**
 * @param makeId makes the ids of documents without an `_id` of their own; absent: ids are text
 * @throws {LoadbotError} for a `command` that is not an object, and for a `create_index` without indexes
 */
export function compileMongoRequest(
  operation: Operation,
  collection: string,
  concerns: ReadWriteConcerns,
  makeId?: IdMaker,
): MongoRequest {
  const { type, statement, materials, needs, transaction } = operation;
  if (transaction !== undefined) return transactionRequest(transaction, needs, concerns);
  const data = makeId === undefined ? materials : withObjectIds(materials, makeId);
  const { readPreference } = concerns;
  return {
    prepare:
      statement === undefined ? compileType(operation, data, collection, concerns) : compileCommand(data, statement),
    options: (type === 'read' || type === 'scan') && readPreference !== undefined ? { readPreference } : {},
    outcomeOf: OUTCOMES[type],
    acceptableCode: type === 'drop_collection' ? NOT_THERE : undefined,
    needs,
    transaction: undefined,
  };
}

function transactionRequest(
  transaction: NonNullable<Operation['transaction']>,
  needs: ResponseNeeds | undefined,
  concerns: ReadWriteConcerns,
): MongoRequest {
  checkTransaction(transaction);
  const isRollback = transaction.kind === 'rollback';
  const name = isRollback ? 'abortTransaction' : 'commitTransaction';
  const write = writeConcern(concerns);
  return {
    prepare: () => ({ [name]: 1, ...write }),
    options: {},
    outcomeOf: () => OK,
    acceptableCode: isRollback ? NO_TRANSACTION : undefined,
    needs,
    transaction,
  };
}

/** Compiles the requests of a job, without the concerns of its connection string. */
export const checkMongoRequests: RequestCheck = ({ operations, collection }) =>
  void operations.map((operation) => compileMongoRequest(operation, collection, {}));

function compileType(
  { type, indexes, materials: { scanLength } }: Operation,
  data: CommandData,
  collection: string,
  concerns: ReadWriteConcerns,
): MongoRequest['prepare'] {
  const write = writeConcern(concerns);
  const read = concerns.readConcern === undefined ? {} : { readConcern: { level: concerns.readConcern.level } };
  const compilers: Readonly<Record<RequestType, () => MongoRequest['prepare']>> = {
    write: () => (sequence) => ({ insert: collection, documents: [data.document(sequence)], ...write }),
    bulk_write: () => (sequence) => ({
      insert: collection,
      documents: data.documents(sequence),
      ordered: false,
      ...write,
    }),
    read: () => (sequence) => ({
      find: collection,
      filter: data.criteria(sequence),
      limit: 1,
      singleBatch: true,
      ...read,
    }),
    update: () => (sequence) => ({
      update: collection,
      updates: [{ q: data.criteria(sequence), u: { $set: data.changes(sequence) } }],
      ...write,
    }),
    scan: () => (sequence) => ({
      find: collection,
      filter: { _id: { $gte: data.criteria(sequence)['_id'] } },
      sort: { _id: 1 },
      limit: scanLength(sequence),
      singleBatch: true,
      ...read,
    }),
    delete: () => (sequence) => ({
      delete: collection,
      deletes: [{ q: data.criteria(sequence), limit: 1 }],
      ...write,
    }),
    create_index() {
      const command = { createIndexes: collection, indexes: indexes.map(namedIndex), ...write };
      if (indexes.length > 0) return () => command;
      throw new LoadbotError('config_invalid', 'a create_index job needs `indexes`', {
        field: ['indexes'],
        hint: 'such as `"indexes": [{ "keys": { "name": 1 } }]`',
      });
    },
    drop_collection: () => () => ({ drop: collection, ...write }),
  };
  return compilers[type]();
}

function writeConcern({ writeConcern: wanted }: ReadWriteConcerns): Document {
  if (wanted === undefined) return {};
  const { w, journal, wtimeoutMS } = wanted;
  const fields = { w, j: journal, wtimeout: wtimeoutMS };
  return { writeConcern: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

/** Adds the index name that a server requires, in the default form of MongoDB's tools. */
function namedIndex({ keys, options }: IndexOptions): Document {
  const name = Object.entries(keys).map(([field, kind]) => `${field}_${String(kind as string | number)}`);
  return { key: keys, name: name.join('_'), ...options };
}

function compileCommand(data: CommandData, command: Json): MongoRequest['prepare'] {
  if (command === null || typeof command !== 'object' || Array.isArray(command)) {
    throw new LoadbotError('config_invalid', `\`command\` must be an object, not ${JSON.stringify(command)}`, {
      field: ['command'],
      hint: 'such as { "aggregate": "users", "pipeline": [{ "$match": { "age": "#int(18,99)" } }], "cursor": {} }',
    });
  }
  const render = data.value(command);
  return (sequence) => render(sequence) as Document;
}

const OUTCOMES: Readonly<Record<RequestType, MongoRequest['outcomeOf']>> = {
  write: requireWrites,
  bulk_write: requireWrites,
  read: ({ cursor }) => (isEmpty(cursor) ? MISS : OK),
  scan: ({ cursor }) => (isEmpty(cursor) ? MISS : OK),
  update: requireMatch,
  delete: requireMatch,
  create_index: () => OK,
  drop_collection: () => OK,
};

function requireMatch(reply: Document): Outcome {
  requireWrites(reply);
  return reply['n'] === 0 ? MISS : OK;
}

function requireWrites({ writeErrors }: Document): Outcome {
  if (!Array.isArray(writeErrors) || writeErrors.length === 0) return OK;
  const { code, errmsg } = writeErrors[0] as Document;
  throw new WriteError(typeof code === 'number' ? code : undefined, String(errmsg));
}

/** Whether the reply has a cursor whose first batch is empty. */
function isEmpty(cursor: unknown): boolean {
  if (typeof cursor !== 'object' || cursor === null || !('firstBatch' in cursor)) return false;
  return Array.isArray(cursor.firstBatch) && cursor.firstBatch.length === 0;
}
