import { LoadbotError } from '../../shared/errors.ts';
import { type RequestType, selectsDocuments } from '../../shared/job-type.ts';
import type { JsonObject } from '../../templates/request-data.ts';
import { MISS, OK, type Outcome } from '../../shared/outcome.ts';
import type { Json } from '../../shared/json.ts';
import type { Operation, RequestCheck, ResponseNeeds } from '../driver.ts';
import { redisSettings } from './settings.ts';
import { transactionCommand } from './transaction.ts';

/** The used part of the client library's connection. */
export interface RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  /** Rejects with an `ErrorReply` when the server rejects the command, otherwise because the connection is closed. */
  sendCommand(words: readonly string[]): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** A request whose data are generated, ready to be sent. */
export type SendCommand = (client: RedisClient) => Promise<unknown>;

/** Redis form of one operation. */
export interface RedisRequest {
  /** Generates the data of a ticket. */
  prepare(sequence: number): SendCommand;
  /** Outcome of a successful reply. */
  outcomeOf(reply: unknown): Outcome;
  /** Parts of the reply to keep; `undefined`: none. */
  readonly needs: ResponseNeeds | undefined;
  /** Whether a number in the reply is the number of changed keys. */
  readonly repliesCount: boolean;
  /** Part of a transaction that the command performs; `undefined`: none. */
  readonly control: NonNullable<Operation['transaction']>['kind'] | undefined;
}

/**
 * Compiles an operation. A document is stored as JSON text under the key `collection:_id`.
 * @throws {LoadbotError} for operations that Redis does not support: indexes, and search by a field other than the key
 */
export function compileRedisRequest(operation: Operation, collection: string): RedisRequest {
  const { type, statement, needs, transaction } = operation;
  if (transaction !== undefined) {
    const command = one([transactionCommand(transaction)]);
    return { prepare: () => command, outcomeOf: alwaysOk, needs, repliesCount: false, control: transaction.kind };
  }
  return {
    prepare: statement === undefined ? compileType(operation, collection) : compileCommand(operation, statement),
    outcomeOf: selectsDocuments(type) ? MATCHES[type === 'delete' ? 'delete' : 'other'] : alwaysOk,
    needs,
    repliesCount: statement === undefined && type === 'delete',
    control: undefined,
  };
}

/** Parses the connection string of a job, and compiles its requests. */
export const checkRedisRequests: RequestCheck = (options) => {
  redisSettings(options);
  for (const operation of options.operations) compileRedisRequest(operation, options.collection);
};

function compileType({ type, materials }: Operation, collection: string): RedisRequest['prepare'] {
  const keyOf = (id: string): string => `${collection}:${id}`;
  const set = (document: JsonObject): string[] => ['SET', keyOf(textOf(document['_id'])), JSON.stringify(document)];
  const byKey = (): void => {
    const other = materials.filter(0).map(([name]) => name);
    if (other.length === 0) return;
    throw new LoadbotError('config_invalid', `Redis finds documents by \`_id\` alone, not by ${other.join(', ')}`, {
      field: ['filter'],
      hint: 'remove the filter, or use `command`',
    });
  };
  const compilers: Readonly<Record<RequestType, () => RedisRequest['prepare']>> = {
    write: () => (sequence) => one(set(materials.document(sequence))),
    bulk_write: () => (sequence) => pipeline(materials.documents(sequence).map(set)),
    read() {
      byKey();
      return (sequence) => one(['GET', keyOf(materials.key(sequence))]);
    },
    update() {
      byKey();
      return (sequence) => {
        const id = materials.key(sequence);
        return one(['SET', keyOf(id), JSON.stringify({ _id: id, ...materials.changes(sequence) }), 'XX']);
      };
    },
    delete() {
      byKey();
      return (sequence) => one(['DEL', keyOf(materials.key(sequence))]);
    },
    scan() {
      throw new LoadbotError('config_invalid', 'Redis does not support scan: its keys have no order', {
        field: ['type'],
        hint: 'remove it, or set `command` for a sorted set, such as ["ZRANGE", "board", "#int(0,1000)", "+inf", "BYSCORE", "LIMIT", "0", "10"]',
      });
    },
    drop_collection: () => () => (client) => dropCollection(client, collection),
    create_index() {
      throw new LoadbotError('config_invalid', 'Redis does not support create_index', {
        field: ['type'],
        hint: 'remove the job, or set `command`, such as an FT.CREATE of the search module',
      });
    },
  };
  return compilers[type]();
}

function compileCommand({ materials }: Operation, command: Json): RedisRequest['prepare'] {
  const words = commandWords(command);
  // A generated value stays within its word, regardless of its characters. Most words have no tag.
  const parts = words.map((word) => materials.text(word));
  const constants = parts.map((part) => (typeof part === 'string' ? part : ''));
  const renderers = parts.flatMap((render, index) => (typeof render === 'string' ? [] : [{ index, render }]));
  return (sequence) => {
    const rendered = [...constants];
    for (const { index, render } of renderers) rendered[index] = render(sequence);
    return one(rendered);
  };
}

/** Text of a key, as in `Materials.key`. */
function textOf(id: Json | undefined): string {
  return typeof id === 'string' ? id : JSON.stringify(id ?? null);
}

function one(words: readonly string[]): SendCommand {
  return (client) => client.sendCommand(words);
}

/** Sends all commands in one pipeline. It resolves with the results of all, and fails when one fails. */
function pipeline(commands: readonly (readonly string[])[]): SendCommand {
  return async (client) => {
    const answers = await Promise.allSettled(commands.map((words) => client.sendCommand(words)));
    const failed = answers.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : null));
  };
}

/** Outcomes of requests that select documents: a delete replies the number of deleted keys. */
const MATCHES: Readonly<Record<'delete' | 'other', RedisRequest['outcomeOf']>> = {
  delete: (reply) => (reply === 0 || reply === null ? MISS : OK),
  other: (reply) => (reply === null ? MISS : OK),
};

function alwaysOk(): Outcome {
  return OK;
}

/** A quoted word, or a word between blanks; the parentheses of a template tag belong to the word. */
const WORD = /"([^"]*)"|'([^']*)'|((?:\([^)]*\)|[^\s("'])+)/g;

/**
 * Splits a raw command into its words, template tags included. The command is a list of words, or text such as `ZADD
 * board #int(1,1000) "a name"`.
 * @throws {LoadbotError} when it is neither
 */
export function commandWords(command: Json): readonly string[] {
  const words = typeof command === 'string' ? split(command) : command;
  if (Array.isArray(words) && words.length > 0 && words.every((word) => ['string', 'number'].includes(typeof word))) {
    return words.map(String);
  }
  throw new LoadbotError(
    'config_invalid',
    `\`command\` must be the words of a Redis command, not ${JSON.stringify(command)}`,
    {
      field: ['command'],
      hint: 'such as ["ZADD", "board", "#int(1,1000)", "user:#sequence"]',
    },
  );
}

function split(text: string): string[] {
  return [...text.matchAll(WORD)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}

/** Keys per step of the scan. A server processes a step in well under a millisecond. */
const KEYS_A_STEP = 1000;

/** Removes every key of a collection, in steps, so that the server can serve other clients in between. */
export async function dropCollection(client: RedisClient, collection: string): Promise<void> {
  const pattern = `${literally(collection)}:*`;
  let cursor = '0';
  do {
    const [next, keys] = asScan(
      await client.sendCommand(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(KEYS_A_STEP)]),
    );
    if (keys.length > 0) await client.sendCommand(['UNLINK', ...keys]);
    cursor = next;
  } while (cursor !== '0');
}

/** Escapes a text as a glob pattern that matches only this text. */
function literally(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, String.raw`\$&`);
}

function asScan(reply: unknown): [cursor: string, keys: string[]] {
  if (!Array.isArray(reply) || !Array.isArray(reply[1])) throw new Error('SCAN did not return a list of keys');
  return [String(reply[0]), reply[1].map(String)];
}
