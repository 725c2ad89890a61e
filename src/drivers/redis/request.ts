import { LoadbotError } from '../../shared/errors.ts';
import type { RequestType } from '../../shared/job-type.ts';
import type { JsonObject } from '../../templates/request-data.ts';
import { MISS, OK, type Outcome } from '../../shared/outcome.ts';
import type { Json } from '../../shared/json.ts';
import type { Operation, RequestCheck } from '../driver.ts';
import type { RedisClient } from './client.ts';
import { commandWords } from './command-words.ts';
import { dropCollection } from './drop-collection.ts';
import { redisSettings } from './settings.ts';

/** A request whose data are generated, ready to be sent. */
export type SendCommand = (client: RedisClient) => Promise<unknown>;

/** Redis form of one operation. */
export interface RedisRequest {
  /** Generates the data of a ticket. */
  prepare(sequence: number): SendCommand;
  /** Outcome of a successful reply. */
  outcomeOf(reply: unknown): Outcome;
}

/**
 * Compiles an operation. A document is stored as JSON text under the key `collection:_id`.
 * @throws {LoadbotError} for operations that Redis does not support: indexes, and search by a field other than the key
 */
export function compileRedisRequest(operation: Operation, collection: string): RedisRequest {
  const { type, statement } = operation;
  const outcomeOf = type === 'read' || type === 'update' ? missWhenNothing : alwaysOk;
  return {
    prepare: statement === undefined ? compileType(operation, collection) : compileCommand(operation, statement),
    outcomeOf,
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

/** Sends all commands in one pipeline. It resolves when all are complete and fails when one fails. */
function pipeline(commands: readonly (readonly string[])[]): SendCommand {
  return async (client) => {
    const answers = await Promise.allSettled(commands.map((words) => client.sendCommand(words)));
    const failed = answers.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
}

function missWhenNothing(reply: unknown): Outcome {
  return reply === null ? MISS : OK;
}

function alwaysOk(): Outcome {
  return OK;
}
