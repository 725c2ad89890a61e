import { expect, test } from 'vitest';
import { MISS, OK } from '../../../../src/shared/outcome.ts';
import type { Operation } from '../../../../src/drivers/driver.ts';
import { compileRedisRequest, commandWords } from '../../../../src/drivers/redis/request.ts';
import { ticketMaterials } from '../../../contract/driver/http-options.ts';
import { operation } from '../operations.ts';

/** The data sent for ticket 7. */
async function sent(changes: Partial<Operation>, replies: readonly unknown[] = []): Promise<(readonly string[])[]> {
  const commands: (readonly string[])[] = [];
  const queue = [...replies];
  const client = {
    isOpen: true,
    connect: async () => undefined,
    async sendCommand(words: readonly string[]) {
      commands.push(words);
      return queue.shift();
    },
    destroy: () => undefined,
    on: () => undefined,
  };
  await compileRedisRequest(operation(changes), 'docs').prepare(7)(client);
  return commands;
}

test('stores a document as JSON under its collection and key', async () => {
  expect(await sent({ type: 'write' })).toEqual([['SET', 'docs:k7', '{"_id":"k7","n":7}']]);
});

test('writes a key that is not text as reads request it', async () => {
  const materials = { ...ticketMaterials, document: (n: number) => ({ _id: n }) };
  expect(await sent({ type: 'write', materials })).toEqual([['SET', 'docs:7', '{"_id":7}']]);
});

test('sends one command for each document of a bulk write', async () => {
  const materials = { ...ticketMaterials, documents: (n: number) => [{ _id: `a${n}` }, { _id: `b${n}` }] };
  expect(await sent({ type: 'bulk_write', materials })).toEqual([
    ['SET', 'docs:a7', '{"_id":"a7"}'],
    ['SET', 'docs:b7', '{"_id":"b7"}'],
  ]);
});

test('fails a bulk write with its first refusal after all replies', async () => {
  const materials = { ...ticketMaterials, documents: () => [{ _id: 1 }, { _id: 2 }, { _id: 3 }] };
  const answered: string[] = [];
  const client = {
    isOpen: true,
    connect: async () => undefined,
    async sendCommand([, key = '']: readonly string[]) {
      await new Promise(setImmediate);
      answered.push(key);
      if (key !== 'docs:1') throw new Error(`no ${key}`);
    },
    destroy: () => undefined,
    on: () => undefined,
  };
  const send = compileRedisRequest(operation({ type: 'bulk_write', materials }), 'docs').prepare(7);
  await expect(send(client)).rejects.toThrow('no docs:2');
  expect(answered).toEqual(['docs:1', 'docs:2', 'docs:3']);
});

test('reads by key', async () => {
  expect(await sent({ type: 'read' })).toEqual([['GET', 'docs:k7']]);
});

test('deletes by key, and a key that is absent is a miss', async () => {
  expect(await sent({ type: 'delete' })).toEqual([['DEL', 'docs:k7']]);
  const request = compileRedisRequest(operation({ type: 'delete' }), 'docs');
  expect([0, 1, null].map((reply) => request.outcomeOf(reply))).toEqual([MISS, OK, MISS]);
});

test('refuses a scan, unless it is a command', async () => {
  await expect(sent({ type: 'scan' })).rejects.toThrow('Redis does not support scan: its keys have no order');
  expect(await sent({ type: 'scan', statement: 'ZRANGE board 0 9' })).toEqual([['ZRANGE', 'board', '0', '9']]);
});

test('an update replaces an existing document', async () => {
  expect(await sent({ type: 'update' })).toEqual([['SET', 'docs:k7', '{"_id":"k7","n":7}', 'XX']]);
});

test('drops a collection by removing only its keys, step by step', async () => {
  const commands = await sent({ type: 'drop_collection' }, [
    ['5', ['docs:a', 'docs:b']],
    2,
    ['9', []],
    ['0', ['docs:c']],
    1,
  ]);
  expect(commands).toEqual([
    ['SCAN', '0', 'MATCH', 'docs:*', 'COUNT', '1000'],
    ['UNLINK', 'docs:a', 'docs:b'],
    ['SCAN', '5', 'MATCH', 'docs:*', 'COUNT', '1000'],
    ['SCAN', '9', 'MATCH', 'docs:*', 'COUNT', '1000'],
    ['UNLINK', 'docs:c'],
  ]);
});

test.each([
  ['a list', ['ZADD', 'board', 5, 'user:#n']],
  ['text', 'ZADD board 5 user:#n'],
])('a command may be %s', async (_, statement) => {
  expect(await sent({ type: 'write', statement })).toEqual([['ZADD', 'board', '5', 'user:7']]);
});

test('counts no match as a miss for reads and updates, including custom commands', () => {
  const outcome = (changes: Partial<Operation>, reply: unknown): number =>
    compileRedisRequest(operation(changes), 'docs').outcomeOf(reply);
  expect(outcome({ type: 'read' }, null)).toBe(MISS);
  expect(outcome({ type: 'read' }, '')).toBe(OK);
  expect(outcome({ type: 'update' }, null)).toBe(MISS);
  expect(outcome({ type: 'read', statement: 'HGET a b' }, null)).toBe(MISS);
  expect(outcome({ type: 'write', statement: 'SET a b NX' }, null)).toBe(OK);
});

test('refuses requests that Redis does not support before any is sent', () => {
  const materials = { ...ticketMaterials, filter: () => [['name', 'Ada']] as const };
  expect(() => compileRedisRequest(operation({ type: 'read', materials }), 'docs')).toThrow('not by name');
  expect(() => compileRedisRequest(operation({ type: 'update', materials }), 'docs')).toThrow('not by name');
  expect(() => compileRedisRequest(operation({ type: 'create_index' }), 'docs')).toThrow(
    'Redis does not support create_index',
  );
  expect(() => compileRedisRequest(operation({ statement: { get: 'a' } }), 'docs')).toThrow('{"get":"a"}');
});

test.each([
  ['GET key', ['GET', 'key']],
  ['  GET \t key\n', ['GET', 'key']],
  ['SET k "two words" EX 5', ['SET', 'k', 'two words', 'EX', '5']],
  [`SET k 'it says "no"'`, ['SET', 'k', 'it says "no"']],
  ['SET k ""', ['SET', 'k', '']],
  ['ZADD board #int(1, 1000) user:#pick(a b, c)', ['ZADD', 'board', '#int(1, 1000)', 'user:#pick(a b, c)']],
])('%s', (text, words) => {
  expect(commandWords(text)).toEqual(words);
});

test('accepts a list unchanged', () => {
  expect(commandWords(['SET', 'a b', 5])).toEqual(['SET', 'a b', '5']);
});

test.each([[''], [[]], [null], [{}], [['SET', null]], [[['SET']]]])('%j is not a command', (command) => {
  expect(() => commandWords(command)).toThrow('`command` must be the words of a Redis command');
});

test.each([
  [{ kind: 'begin', isolation: undefined, readOnly: false }, 'MULTI'],
  [{ kind: 'commit' }, 'EXEC'],
  [{ kind: 'rollback' }, 'DISCARD'],
] as const)('sends %j as %s', async (transaction, command) => {
  expect(await sent({ type: 'write', transaction })).toEqual([[command]]);
});

test('refuses options of transactions that Redis does not have', () => {
  const begin = (isolation: string | undefined, readOnly: boolean) => (): unknown =>
    compileRedisRequest(operation({ transaction: { kind: 'begin', isolation, readOnly } }), 'docs');
  expect(begin('serializable', false)).toThrow(
    expect.objectContaining({
      message: 'Redis does not have isolation levels: commands run at the commit',
      hint: 'remove `isolation`',
      field: ['transaction', 'isolation'],
    }),
  );
  expect(begin(undefined, true)).toThrow(
    expect.objectContaining({
      message: 'Redis does not have read-only transactions',
      field: ['transaction', 'read_only'],
    }),
  );
});
