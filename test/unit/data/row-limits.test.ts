import { describe, expect, test } from 'vitest';
import { createMix } from '../../../src/data/mix.ts';
import { findRowLimits } from '../../../src/data/row-limits.ts';

type Options = Parameters<typeof findRowLimits>[0];
type Operation = Options['job']['mix'][number];
type LimitedFeeder = Options['job']['feeders'][number];

const NO_HTTP = { path: undefined, headers: {}, body: undefined, bodyForm: undefined };
const READ: Operation = {
  type: 'read',
  batchSize: 10,
  document: { a: '#users.name' },
  filter: undefined,
  statement: undefined,
  http: { ...NO_HTTP, path: '/#users.name' },
};
const WRITE: Operation = { ...READ, type: 'write', http: NO_HTTP };
const OTHER: Operation = { ...READ, http: { ...NO_HTTP, path: '/users.name##users.name' } };

function feeder(more: Partial<LimitedFeeder> = {}): LimitedFeeder {
  return { name: 'users', per: 'request', onEnd: 'stop', table: { rows: 30 }, ...more };
}

function limitsOf(mix: readonly Operation[], feeders: readonly LimitedFeeder[], more: Partial<Options> = {}) {
  const documents = { firstDocument: 0, documentStride: 1 };
  return findRowLimits({
    job: { mix, feeders },
    mix: createMix(
      mix.map(() => 1),
      1,
    ),
    ...documents,
    ...more,
  });
}

describe('the job ends', () => {
  test('after as many requests as there are rows', () => {
    expect(limitsOf([READ], [feeder()])?.stopAt).toBe(30);
    expect(limitsOf([READ], [feeder({ table: { rows: 1 } })])?.stopAt).toBe(1);
    expect(
      limitsOf([READ], [feeder({ table: { rows: 5 } }), feeder({ name: 'queries', table: { rows: 1 } })])?.stopAt,
    ).toBe(5);
  });

  test.each([
    [{ headers: { a: 'x #users.name' } }],
    [{ body: { a: [{ b: '#users.name' }] } }],
    [{ bodyForm: { kind: 'form', fields: [['a', '#raw(users.name)']] } as const }],
  ])('whichever part of the request uses them: %j', (http) => {
    expect(limitsOf([{ ...READ, http: { ...NO_HTTP, ...http } }], [feeder()])?.stopAt).toBe(30);
  });

  test('never for requests that do not use them, and for feeders that begin again', () => {
    expect(limitsOf([OTHER], [feeder()])).toBeUndefined();
    expect(limitsOf([READ], [feeder({ onEnd: 'restart' })])).toBeUndefined();
    expect(limitsOf([{ ...WRITE, http: { ...NO_HTTP, body: 'x' } }], [feeder()])).toBeUndefined();
  });

  test('after the last row of one of its operations', () => {
    const { stopAt = 0 } = limitsOf([READ, OTHER], [feeder()]) ?? {};
    const mix = createMix([1, 1], 1);
    expect([mix.countBefore(0, stopAt - 1), mix.countBefore(0, stopAt)]).toEqual([29, 30]);
  });

  test('by the numbers of the documents that it writes', () => {
    expect(limitsOf([WRITE], [feeder()])?.stopAt).toBe(30);
    expect(limitsOf([WRITE], [feeder()], { firstDocument: 21, documentStride: 2 })?.stopAt).toBe(5);
    expect(limitsOf([WRITE], [feeder()], { firstDocument: 30 })?.stopAt).toBe(0);
    expect(limitsOf([{ ...WRITE, type: 'bulk_write' }], [feeder({ table: { rows: 39 } })])?.stopAt).toBe(3);
  });

  test('after as many iterations as there are rows', () => {
    const iterationOf = (sequence: number): number => Math.floor(sequence / 4);
    expect(limitsOf([WRITE], [feeder({ per: 'iteration' })], { iterationOf })?.stopAt).toBe(120);
    expect(limitsOf([READ], [feeder({ per: 'user' })])).toBeUndefined();
  });
});

test('requests fail from the first one without a row', () => {
  const feeders = [feeder({ onEnd: 'fail' }), feeder({ name: 'other', onEnd: 'fail', table: { rows: 1 } })];
  const { stopAt, failures = [] } = limitsOf([OTHER, READ], feeders) ?? {};
  expect(stopAt).toBe(Infinity);
  expect(failures[0]?.from).toBe(Infinity);
  expect(failures[1]?.feeder).toBe('users');
  expect(createMix([1, 1], 1).countBefore(1, failures[1]?.from ?? 0)).toBe(30);
});
