import { expect, test } from 'vitest';
import { listWarnings } from '../../../src/cli/plan-warnings.ts';
import { plan } from '../workload/planning.ts';

async function warningsOf(job: Readonly<Record<string, unknown>>): Promise<string[]> {
  const named = { name: 'shop', duration: '10s', ...job };
  return listWarnings(await plan(JSON.stringify({ connection_string: 'http://127.0.0.1:1', jobs: [named] })));
}

const step = (name: string, fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  name,
  http: { path: `/${name}` },
  ...fields,
});

const SHOP = {
  type: 'scenario',
  pace: 20,
  steps: [
    step('home', { think_time: { uniform: ['1s', '3s'] } }),
    step('page', { repeat: 2, think_time: '1s' }),
    step('maybe', { chance: 0.5, think_time: { normal: ['1s', '1s'] } }),
    {
      one_of: [
        { weight: 3, steps: [step('left', { think_time: { exponential: '1s' } })] },
        { weight: 1, steps: [step('right')] },
      ],
    },
  ],
};

test('warns of a pace that the users cannot reach, by their mean think time', async () => {
  // 2 s + 2 x 1 s + 0.5 x 1 s + 0.75 x 1 s, 20 times a second.
  expect(await warningsOf({ ...SHOP, connections: 104 })).toEqual([
    'warning: shop: 20 iterations/s with 5s250ms of think time need 105 connections plus the time of the responses; there are 104',
  ]);
  expect(await warningsOf({ ...SHOP, connections: 105 })).toEqual([]);
  expect(await warningsOf({ ...SHOP, connections: 1, pace: 0 })).toEqual([]);
  const steps = [
    step('list', { capture: { count: '$.count' } }),
    step('if', { if: '#list.count > 1', think_time: '9s' }),
  ];
  expect(await warningsOf({ ...SHOP, connections: 1, steps })).toEqual([]);
});

test('warns of GraphQL whose errors count as ok', async () => {
  const graphql = { http: { method: 'POST', path: '/graphql', body: { query: '{ me { id } }' } } };
  const [warning, ...others] = await warningsOf({ type: 'scenario', steps: [{ name: 'me', ...graphql }] });
  expect(others).toEqual([]);
  expect(warning).toMatch(/^warning: shop · me: GraphQL answers errors with status 200/);
  expect(await warningsOf({ type: 'read', ...graphql })).toEqual([expect.stringMatching(/^warning: shop: GraphQL/)]);
  const expected = { expect: { json: { '$.errors': { absent: true } } } };
  expect(await warningsOf({ type: 'read', ...graphql, ...expected })).toEqual([]);
  expect(await warningsOf({ type: 'read', http: { path: '/graphql-docs' } })).toEqual([]);
});
