import { describe, expect, test } from 'vitest';
import { line, problemsOf } from '../loading.ts';

const REMEDY =
  '(write them in an earlier job, or set the number that an earlier run wrote in a schema of this collection: "existing": 10000)';

/** The problems of a workload, without their places in the text. */
async function problemLines(jobs: readonly object[], rest: object = {}): Promise<string[]> {
  const workload = { connection_string: 'http://127.0.0.1:8080', jobs, ...rest };
  return (await problemsOf(JSON.stringify(workload))).map((problem) => line(problem).replace(/^load\.jsonc:\S+ /, ''));
}

const [read, update, write, bulkWrite, drop] = ['read', 'update', 'write', 'bulk_write', 'drop_collection'].map(
  (type) => ({ type, collection: 'c' }),
);
const mixed = (operations: object): object => ({ type: 'mixed', collection: 'c', mixed: operations });
const schema = (existing: number | undefined, more: object = {}): object => ({
  schemas: [
    { name: 's', collection: 'c', ...(existing !== undefined && { existing }), schema: { a: '#word' }, ...more },
  ],
});

describe('reads and updates with documents', () => {
  test.each<[string, readonly object[], object?]>([
    ['of an earlier write', [write!, read!, update!]],
    ['of an earlier bulk_write', [bulkWrite!, update!]],
    ['of an earlier mixed job', [mixed({ write: 1 }), read!]],
    ['of the same mixed job', [mixed({ read: 9, write: 1 })]],
    ['of a job in an earlier group', [{ parallel: [write!, drop!] }, { parallel: [read!, update!] }]],
    ['of a write of its own language', [{ ...write!, http: { path: '/x' } }, read!]],
    ['after a drop and a write', [write!, drop!, write!, read!]],
    ['that are there', [read!, update!, mixed({ read: 1, update: 1 })], schema(500)],
    ['that are there, named by the schema', [{ type: 'read', schema: 's' }], schema(500)],
    ['in another collection by the schema', [{ type: 'read', schema: 's', collection: 'd' }], schema(500)],
  ])('%s', async (_, jobs, rest) => {
    expect(await problemLines(jobs, rest)).toEqual([]);
  });
});

describe('reads and updates without documents', () => {
  const nobody = 'but no job of this file writes any, and no schema sets `existing`';
  const later = 'but no earlier step writes any';
  test.each<[string, readonly object[], object, readonly string[]]>([
    ['a read', [read!], {}, [`jobs[0]: the read requests documents of "c", ${nobody}`]],
    ['an update', [update!], {}, [`jobs[0]: the update requests documents of "c", ${nobody}`]],
    ['with 0 existing', [read!], schema(0), [`jobs[0]: the read requests documents of "c", ${nobody}`]],
    ['before the write', [read!, write!], {}, [`jobs[0]: the read requests documents of "c", ${later}`]],
    [
      'beside the write',
      [{ parallel: [read!, write!] }],
      {},
      [`jobs[0].parallel[0]: the read requests documents of "c", ${later}`],
    ],
    ['after the drop', [write!, drop!, read!], {}, [`jobs[2]: the read requests documents of "c", ${later}`]],
    ['existing ones, dropped', [drop!, read!], schema(500), [`jobs[1]: the read requests documents of "c", ${nobody}`]],
    [
      'another database',
      [
        { ...write!, database: 'a' },
        { ...read!, database: 'b' },
      ],
      {},
      [`jobs[1]: the read requests documents of "c", ${nobody}`],
    ],
    [
      'operations by weight',
      [mixed({ read: 9, update: 1 })],
      {},
      [
        `jobs[0].mixed.read: the read requests documents of "c", ${nobody}`,
        `jobs[0].mixed.update: the update requests documents of "c", ${nobody}`,
      ],
    ],
    [
      'a listed operation',
      [mixed([{ type: 'read', http: { path: '/x' } }, { type: 'update' }])],
      {},
      [`jobs[0].mixed[1]: the update requests documents of "c", ${nobody}`],
    ],
    [
      'a filter by the key',
      [{ ...read!, filter: { _id: '#id' } }],
      {},
      [`jobs[0]: the read requests documents of "c", ${nobody}`],
    ],
    [
      'a filter by a saved field',
      [{ type: 'read', schema: 's', filter: { b: '#a' } }],
      schema(undefined, { save: ['a'] }),
      [`jobs[0]: the read requests documents of "c", ${nobody}`],
    ],
    [
      'a path with the key',
      [{ type: 'read', http: { path: '/x/#id' } }],
      {},
      [`jobs[0]: the read requests documents, ${nobody}`],
    ],
    [
      'a placeholder',
      [{ ...read!, http: { path: '/x/{key}' } }],
      {},
      [`jobs[0]: the read requests documents of "c", ${nobody}`],
    ],
  ])('%s', async (_, jobs, rest, expected) => {
    expect(await problemLines(jobs, rest)).toEqual(expected.map((text) => `${text} ${REMEDY}`));
  });
});

describe('requests without a document', () => {
  test.each<[string, object, string?]>([
    ['a path', { type: 'read', http: { path: '/search?q=#word' } }],
    ['a filter by other fields', { ...read!, filter: { age: { $gt: '#int(1,9)' } } }],
    ['an update with such a filter', { ...update!, filter: { name: 'Ann' } }],
    ['a statement', { type: 'read', sql: 'SELECT #int(1,9)' }, 'postgres://h/d'],
    ['a command with a hash tag', { type: 'update', command: 'SET a{key} #word' }, 'redis://h'],
    [
      'a scenario of none',
      mixed([
        { type: 'read', http: { path: '/a' } },
        { type: 'update', http: { path: '/b' } },
      ]),
    ],
  ])('%s', async (_, job, target) => {
    expect(await problemLines([job], target === undefined ? {} : { connection_string: target })).toEqual([]);
  });
});

test('two schemas of one collection must agree about existing documents', async () => {
  const schemas = [
    { name: 'a', collection: 'c', existing: 5, schema: {} },
    { name: 'b', collection: 'c', existing: 6, schema: {} },
  ];
  expect(await problemLines([read!], { schemas })).toEqual([
    'schemas[1].existing: another schema of the same collection has an `existing` other than 6 (give both the same number, or set it in one of them only)',
  ]);
});

test('assumes that a job of an unknown type may write', async () => {
  expect(await problemLines([{ type: 'writ', collection: 'c' }, read!])).toHaveLength(1);
});
