import { expect, test } from 'vitest';
import { loadbot, workloadFile } from './agent.ts';

async function warningsOf(job: Record<string, unknown>): Promise<readonly string[]> {
  const file = workloadFile({ connection_string: 'http://127.0.0.1:1', jobs: [{ name: 'shop', ...job }] });
  const { status, stderr } = await loadbot(['validate', file]);
  expect([status, stderr.replaceAll(/^warning: .*\n/gm, '')]).toEqual([0, '']);
  return [...stderr.matchAll(/^warning: (.*)$/gm)].map(([, text = '']) => text);
}

const thinking = (thinkTime: unknown, more = {}): unknown => {
  return { name: 'a', http: { path: '/' }, think_time: thinkTime, ...more };
};
const SCENARIO = { type: 'scenario', duration: '1m', pace: 20, connections: 50 };

test('validate warns of users that cannot keep the pace, by the mean think time of the steps', async () => {
  expect(await warningsOf({ ...SCENARIO, steps: [thinking({ uniform: ['1s', '10s'] })] })).toEqual([
    'shop: 20 iterations/s with 5.5 s of think time need 110 connections plus the time of the responses; there are 50',
  ]);
  expect(await warningsOf({ ...SCENARIO, connections: 111, steps: [thinking({ uniform: ['1s', '10s'] })] })).toEqual(
    [],
  );
  const [branches] = await warningsOf({
    ...SCENARIO,
    connections: 5,
    steps: [
      thinking('2s', { chance: 0.5 }),
      { one_of: [1, 3].map((weight) => ({ weight, steps: [thinking(`${weight}s`, { name: `b${weight}` })] })) },
      thinking('1s', { name: 'c', repeat: '#int(2,4)' }),
    ],
  });
  // 0.5 * 2 + (1 * 1 + 3 * 3) / 4 + 3 * 1
  expect(branches).toMatch(/with 6\.5 s of think time need 130 connections /);
  expect(await warningsOf({ ...SCENARIO, pace: undefined, steps: [thinking('10s')] })).toEqual([]);
});

test('validate warns of GraphQL without a check of its errors', async () => {
  const http = { method: 'POST', path: '/graphql', body: { query: '{ users { id } }' } };
  const job = { type: 'scenario', operations: 1 };
  expect(await warningsOf({ ...job, steps: [{ name: 'list', http }] })).toEqual([
    'shop · list: GraphQL answers errors with status 200; check them with `expect: { "json": { "$.errors": { "absent": true } } }`',
  ]);
  const expectation = { json: { '$.errors': { absent: true } } };
  expect(await warningsOf({ ...job, steps: [{ name: 'list', http, expect: expectation }] })).toEqual([]);
  expect(await warningsOf({ ...job, steps: [{ name: 'list', http: { ...http, path: '/graph' } }] })).toEqual([]);
});
