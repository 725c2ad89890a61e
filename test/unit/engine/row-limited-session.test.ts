import { expect, test } from 'vitest';
import type { Exchange, Session } from '../../../src/drivers/driver.ts';
import { limitSessions } from '../../../src/engine/row-limited-session.ts';
import { ABORTED, failure, OK, type Outcome } from '../../../src/shared/outcome.ts';

/** A session that answers at once, and keeps the calls. */
function createSession(calls: string[]): Session {
  return {
    execute: (exchange) => {
      calls.push(`execute ${exchange.sequence}`);
      exchange.done(OK);
    },
    cancel: (outcome) => void calls.push(`cancel ${outcome}`),
    reconnect: () => void calls.push('reconnect'),
    forget: () => void calls.push('forget'),
    close: async () => void calls.push('close'),
  };
}

/** An exchange that keeps its outcomes. */
function createExchange(sequence: number, operation: number, outcomes: Outcome[]): Exchange {
  return {
    sequence,
    operation,
    sentMs: 0,
    sentBytes: 0,
    receivedBytes: 0,
    failure: undefined,
    detail: undefined,
    status: 0,
    response: undefined,
    record: () => undefined,
    done: (outcome) => void outcomes.push(outcome),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const LIMITS = {
  stopAt: Infinity,
  failures: [
    { from: Infinity, feeder: '' },
    { from: 5, feeder: 'users' },
  ],
};
const STEPS = [
  { operation: 0, first: undefined },
  { operation: 1, first: 2 },
];

test('returns sessions without limits unchanged', () => {
  const sessions = [createSession([])];
  expect(limitSessions(sessions, undefined, STEPS)).toBe(sessions);
  expect(limitSessions(sessions, { stopAt: 3, failures: LIMITS.failures.slice(0, 1) }, STEPS)).toBe(sessions);
});

test('a request without a row is not sent and fails one turn later, and so does the read before an update', async () => {
  const calls: string[] = [];
  const outcomes: Outcome[] = [];
  const [session] = limitSessions([createSession(calls)], LIMITS, STEPS);
  session?.execute(createExchange(4, 1, outcomes));
  session?.execute(createExchange(99, 0, outcomes));
  expect([calls, outcomes]).toEqual([
    ['execute 4', 'execute 99'],
    [OK, OK],
  ]);
  const without = createExchange(5, 2, outcomes);
  session?.execute(without);
  expect(outcomes).toHaveLength(2);
  await turn();
  expect([calls.length, outcomes.at(-1)]).toEqual([2, failure('workload')]);
  expect(String(without.failure)).toContain('the feeder `users` has no row left');
});

test('a canceled request is done once', async () => {
  const calls: string[] = [];
  const outcomes: Outcome[] = [];
  const [session] = limitSessions([createSession(calls)], LIMITS, STEPS);
  session?.execute(createExchange(7, 1, outcomes));
  session?.cancel(ABORTED);
  await turn();
  expect([calls, outcomes]).toEqual([[], [ABORTED]]);
  session?.cancel(ABORTED);
  session?.reconnect();
  session?.forget();
  await session?.close();
  expect(calls).toEqual([`cancel ${ABORTED}`, 'reconnect', 'forget', 'close']);
});
