import { LoadbotError } from '../../core/errors.ts';
import type { RequestType } from '../../core/job-type.ts';
import type { Fields } from '../../core/materials.ts';
import { MISS, OK, type Outcome } from '../../core/outcome.ts';
import type { Json } from '../../core/target.ts';
import type { Operation } from '../driver.ts';
import type { RedisClient } from './client.ts';
import { commandWords } from './command-words.ts';
import { dropCollection } from './drop-collection.ts';

/** A request with its data made, about to be sent. */
export type Send = (client: RedisClient) => Promise<unknown>;

/** One operation in the words of Redis. */
export interface Request {
  /** Makes a ticket's data. */
  prepare(sequence: number): Send;
  /** What became of a request that was answered and not refused. */
  outcomeOf(reply: unknown): Outcome;
}

/**
 * A document is JSON text under the key `collection:_id`.
 * @throws {LoadbotError} for what Redis has not: indexes, and search by another field than the key
 */
export function compileRequest(operation: Operation, collection: string): Request {
  const { type, statement } = operation;
  const outcomeOf = type === 'read' || type === 'update' ? missWhenNothing : alwaysOk;
  return {
    prepare: statement === undefined ? compileType(operation, collection) : compileCommand(operation, statement),
    outcomeOf,
  };
}

function compileType({ type, materials }: Operation, collection: string): Request['prepare'] {
  const keyOf = (id: string): string => `${collection}:${id}`;
  const set = (document: Fields): string[] => ['SET', keyOf(textOf(document['_id'])), JSON.stringify(document)];
  const byKey = (): void => {
    const other = materials.filter(0).map(([name]) => name);
    if (other.length === 0) return;
    throw new LoadbotError('config_invalid', `Redis finds documents by \`_id\` alone, not by ${other.join(', ')}`, {
      field: ['filter'],
      hint: 'leave the filter out, or use `command`',
    });
  };
  const compilers: Readonly<Record<RequestType, () => Request['prepare']>> = {
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
      throw new LoadbotError('config_invalid', 'Redis has no indexes that a create_index job could create', {
        field: ['type'],
        hint: 'leave the job out, or say what to send with `command`, such as an FT.CREATE of its search module',
      });
    },
  };
  return compilers[type]();
}

function compileCommand({ materials }: Operation, command: Json): Request['prepare'] {
  const words = commandWords(command);
  // A value stays within its word, whatever characters it has; most words have no tag.
  const parts = words.map((word) => materials.text(word));
  const constants = parts.map((part) => (typeof part === 'string' ? part : ''));
  const renderers = parts.flatMap((render, index) => (typeof render === 'string' ? [] : [{ index, render }]));
  return (sequence) => {
    const rendered = [...constants];
    for (const { index, render } of renderers) rendered[index] = render(sequence);
    return one(rendered);
  };
}

/** A key as `Materials.key` gives it. */
function textOf(id: Json | undefined): string {
  return typeof id === 'string' ? id : JSON.stringify(id ?? null);
}

function one(words: readonly string[]): Send {
  return (client) => client.sendCommand(words);
}

/** All commands in one go; done when each was answered, failed when one was. */
function pipeline(commands: readonly (readonly string[])[]): Send {
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
