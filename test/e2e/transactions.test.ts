import { expect, test } from 'vitest';
import { loadbot, workloadFile } from './agent.ts';

/** Problems that `validate` reports for a scenario. */
async function problems(connectionString: string, job: object): Promise<string> {
  const scenario = { name: 's', type: 'scenario', operations: 1, ...job };
  const { status, stderr } = await loadbot([
    'validate',
    workloadFile({ connection_string: connectionString, jobs: [scenario] }),
  ]);
  expect(status).toBe(104);
  return stderr.replaceAll(/ +/g, ' ');
}

test('names the isolation levels of the target, and each statement that is part of a transaction', async () => {
  const text = await problems('postgres://a@127.0.0.1/x', {
    transaction: { isolation: 'snapshot' },
    before: [{ name: 'w', sql: 'COMMIT' }],
    steps: [{ name: 'a', sql: 'SELECT 1' }, { steps: [{ name: 'b', sql: 'BEGIN' }] }],
  });
  expect(text).toContain('3 problems');
  expect(text).toContain('jobs[0].transaction.isolation SQL databases do not have the isolation level `snapshot`');
  expect(text).toContain('use one of: read uncommitted, read committed, repeatable read, serializable');
  for (const place of ['before[0].sql', 'steps[1].steps[0].sql'])
    expect(text).toContain(`jobs[0].${place} \`sql\` must be one statement`);
  expect(text).toContain('use a job of `type: "scenario"` with `transaction` and one step per statement');
});

test.each([
  ['mysql://a@127.0.0.1/x', { sql: 'SELECT 1' }, { isolation: 'snapshot' }, 'isolation SQL databases do not have'],
  ['redis://127.0.0.1', { command: 'GET a' }, { isolation: 'serializable' }, 'isolation Redis does not have isolation'],
  ['redis://127.0.0.1', { command: 'GET a' }, { read_only: true }, 'read_only Redis does not have read-only'],
  ['mongodb://127.0.0.1', { command: { ping: 1 } }, { isolation: 'serializable' }, 'isolation MongoDB does not have'],
  ['mongodb://127.0.0.1', { command: { ping: 1 } }, { read_only: true }, 'read_only MongoDB does not have read-only'],
])('refuses on %s for %j: %j', async (url, request, transaction, message) => {
  const text = await problems(url, { transaction, steps: [{ name: 'a', ...request }] });
  expect(text).toContain('1 problem');
  expect(text).toContain(`jobs[0].transaction.${message}`);
});

test('refuses a transaction over HTTP', async () => {
  const text = await problems('http://127.0.0.1:1', { transaction: {}, steps: [{ name: 'a', http: { path: '/' } }] });
  expect(text).toContain('jobs[0].transaction `transaction` does not apply to HTTP, which has no transactions');
  expect(text).toContain('hint: leave it out');
});
