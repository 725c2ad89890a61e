import { describe, expect, test } from 'vitest';
import { countIterationDocuments } from '../../../src/data/document-numbers.ts';
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
const WRITE: Operation = { ...READ, type: 'write', batchSize: 1, http: NO_HTTP };
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
  ])('in any part of the request: %j', (http) => {
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
    expect(limitsOf([{ ...WRITE, type: 'bulk_write', batchSize: 10 }], [feeder({ table: { rows: 39 } })])?.stopAt).toBe(
      3,
    );
  });

  test('never by rows that a user keeps', () => {
    expect(limitsOf([READ], [feeder({ per: 'user' })])).toBeUndefined();
  });
});

describe('in a scenario', () => {
  const scenarioOf = (mix: readonly Operation[], executions: readonly number[], templates: unknown = {}) => {
    const users = { operations: [], executions: [], isPerIteration: false, variables: {} };
    return { scenario: { documents: countIterationDocuments(mix, executions), templates, users } };
  };

  test.each([
    ['default', 1, 30],
    ['iteration', 4, 30],
    ['request', 4, 7],
    ['request', 1, 30],
  ] as const)('rows per %s of a step with %i executions end the job after %i iterations', (per, times, iterations) => {
    expect(limitsOf([OTHER, READ], [feeder({ per })], scenarioOf([OTHER, READ], [1, times]))?.stopAt).toBe(iterations);
  });

  test('rows of documents end the job by the numbers of the documents', () => {
    const mix = [WRITE, READ, { ...WRITE, type: 'bulk_write', batchSize: 10 } as const];
    // Each iteration writes 3 documents, then 10.
    const limits = limitsOf(mix, [feeder({ table: { rows: 52 } })], scenarioOf(mix, [3, 1, 1]));
    expect(limits?.stopAt).toBe(4);
  });

  test('rows of variables end the job, or fail all steps', () => {
    const scenario = scenarioOf([OTHER, OTHER], [1, 3], [{ who: '#users.name' }]);
    expect(limitsOf([OTHER, OTHER], [feeder()], scenario)?.stopAt).toBe(30);
    expect(limitsOf([OTHER, OTHER], [feeder({ onEnd: 'fail' })], scenario)?.failures).toEqual([
      { from: 30, feeder: 'users' },
      { from: 90, feeder: 'users' },
    ]);
  });

  test('rows of the steps of users fail them after those of the iterations, by the number of the user', () => {
    const { scenario } = scenarioOf([OTHER], [1]);
    const asVariable: Operation = { ...OTHER, http: { ...NO_HTTP, path: '/#vars.who' } };
    const users = {
      operations: [READ, OTHER, asVariable],
      executions: [2, 1, 3],
      isPerIteration: false,
      variables: { who: '#users.name', other: '#users.age' },
    };
    const limits = (more: Partial<LimitedFeeder>, isPerIteration = false) =>
      limitsOf([OTHER], [feeder(more)], { scenario: { ...scenario, users: { ...users, isPerIteration } } });
    expect(limits({ onEnd: 'fail', per: 'default' })?.failures.map(({ from }) => from)).toEqual([
      Infinity,
      60,
      Infinity,
      90,
    ]);
    expect(limits({ onEnd: 'fail', per: 'request' })?.failures.map(({ from }) => from)).toEqual([
      Infinity,
      30,
      Infinity,
      30,
    ]);
    expect(limits({ onEnd: 'stop' })).toBeUndefined();
    expect(limits({ onEnd: 'stop', per: 'default' }, true)?.stopAt).toBe(30);
    expect(limits({ onEnd: 'stop', per: 'request' }, true)?.stopAt).toBe(10);
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
