import { expect, onTestFinished, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { identitySite } from './server/identity.ts';
import { ScenarioServer } from './server/scenario-server.ts';

const ITERATIONS = 100_000;
const USERS = 50;

const AUTHORIZED = { authorization: '#login.token' };

test('captures and cookies of one user never reach another', async () => {
  const server = await ScenarioServer.start(identitySite);
  onTestFinished(() => server.stop());
  const { status, stderr, result } = await runWorkload(
    {
      connection_string: server.url,
      threads: 4,
      jobs: [
        {
          name: 'identity',
          type: 'scenario',
          connections: USERS,
          operations: ITERATIONS,
          http: { cookies: true, headers: { 'x-user': '#user.number', 'x-iteration': '#iteration.number' } },
          before: [
            { name: 'login', http: { method: 'POST', path: '/login' }, capture: { token: { json: '$.token' } } },
          ],
          steps: [
            { name: 'ticket', http: { path: '/ticket', headers: AUTHORIZED }, capture: { id: { json: '$.ticket' } } },
            { name: 'use', http: { path: '/use/#ticket.id', headers: AUTHORIZED }, expect: { status: 200 } },
          ],
        },
      ],
    },
    [],
  );
  expect(status, stderr).toBe(0);
  expect(server.ledger.violations.slice(0, 5)).toEqual([]);
  expect(Object.fromEntries(server.ledger.counts)).toEqual({
    'POST /login': USERS,
    'GET /ticket': ITERATIONS,
    'GET /use/:ticket': ITERATIONS,
  });
  expect(result.jobs.map(({ step, requests, errors }) => [step, requests, errors])).toEqual([
    [null, ITERATIONS, 0],
    ['ticket', ITERATIONS, 0],
    ['use', ITERATIONS, 0],
  ]);
});
