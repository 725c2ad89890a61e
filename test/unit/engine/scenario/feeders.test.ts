import { describe, expect, test } from 'vitest';
import { SimulatedRun } from './simulated-run.ts';

const ROWS = 5;
const CSV = ['name', ...Array.from({ length: ROWS }, (_, row) => `r${row}`)].join('\n');

interface Setting {
  readonly job: object;
  readonly feeder?: object;
  readonly threads?: number;
  /** List that the step `list` answers with. */
  readonly list?: readonly string[];
}

/** Runs a scenario with a feeder `users` of 5 rows, which fails requests without a row. */
async function run({ job, feeder = {}, threads = 1, list = [] }: Setting): Promise<SimulatedRun> {
  const feeders = [{ name: 'users', file: 'users.csv', on_end: 'fail', ...feeder }];
  const answer = ({ step }: { step: string }): object => (step === 'list' ? { json: { list } } : {});
  const settings = { threads, answer, workload: { feeders }, rows: CSV };
  return (await SimulatedRun.start(job, settings)).finish();
}

const use = (name: string, fields: object = {}): object => ({ name, http: { path: `/#users.name` }, ...fields });
const LIST = { name: 'list', http: { path: '/list' }, capture: { all: '$.list' } };

/** Rows that a step used, sorted. */
function rowsOf(ended: SimulatedRun, name: string): string[] {
  return ended.requests
    .filter(({ step }) => step === name)
    .map(({ path }) => path.slice(1))
    .toSorted();
}

function failuresOf(ended: SimulatedRun): readonly string[] {
  return ended.failures.map(({ message }) => message);
}

describe.each([1, 3])('without a row, on %i threads, fails', (threads) => {
  const users = { connections: 3 };

  test('each iteration of a repeated step, whose executions share a row', async () => {
    const job = { ...users, operations: ROWS + 2, steps: [use('a', { repeat: 3 })] };
    const ended = await run({ job, threads });
    expect(rowsOf(ended, 'a')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4'].flatMap((row) => [row, row, row]));
    // The first execution fails, which ends the iteration.
    expect([ended.tally('a').ok, ended.tally('a').errors.workload]).toEqual([3 * ROWS, 2]);
    expect([ended.tally().ok, ended.tally().errors.workload]).toEqual([ROWS, 2]);
    expect(failuresOf(ended)[0]).toBe('a: the feeder `users` has no row left for this request');
  });

  test('each execution of a repeated step that takes a row of its own', async () => {
    const job = { ...users, operations: 3, steps: [use('a', { repeat: 2 })] };
    const ended = await run({ job, threads, feeder: { per: 'request' } });
    expect(rowsOf(ended, 'a')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect([ended.tally('a').ok, ended.tally('a').errors.workload]).toEqual([ROWS, 1]);
    expect([ended.tally().ok, ended.tally().errors.workload]).toEqual([2, 1]);
  });

  test('each execution of a repeated group, in all of its steps', async () => {
    const group = { repeat: 2, steps: [use('a'), { name: 'b', http: { path: '/b' } }, use('c', { repeat: 2 })] };
    const job = { ...users, operations: 3, on_error: 'continue', steps: [group] };
    const ended = await run({ job, threads, feeder: { per: 'request' } });
    expect(rowsOf(ended, 'a')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    // Four rows for each iteration: two executions of the group with two executions of the step.
    expect(rowsOf(ended, 'c')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect([ended.tally('a').errors.workload, ended.tally('c').errors.workload]).toEqual([1, 12 - ROWS]);
    expect([ended.tally('b').ok, ended.tally().errors.workload]).toEqual([6, 2]);
  });

  test('each execution for an element of a list', async () => {
    const each = use('a', { for_each: { in: '#list.all', limit: 3 } });
    const job = { ...users, operations: 2, on_error: 'continue', steps: [LIST, each] };
    const ended = await run({ job, threads, feeder: { per: 'request' }, list: ['x', 'y', 'z', 'beyond the limit'] });
    expect(rowsOf(ended, 'a')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect([ended.tally('a').ok, ended.tally('a').errors.workload]).toEqual([ROWS, 1]);
  });

  test('the iterations, if the rows are those of iterations, whatever the length of the list', async () => {
    const job = { ...users, operations: ROWS + 1, steps: [LIST, use('a', { for_each: '#list.all' })] };
    const ended = await run({ job, threads, list: ['x', 'y'] });
    expect(rowsOf(ended, 'a')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4'].flatMap((row) => [row, row]));
    expect([ended.tally('list').ok, ended.tally('a').errors.workload]).toEqual([ROWS + 1, 1]);
    const empty = await run({ job, threads, list: [] });
    expect([empty.tally().ok, empty.requests.length]).toEqual([ROWS + 1, ROWS + 1]);
  });

  test('all steps of an iteration whose variable has no row', async () => {
    const steps = [{ name: 'a', repeat: '#int(1,3)', http: { path: '/#vars.name' } }];
    const job = { ...users, operations: ROWS + 2, variables: { name: '#users.name' }, steps };
    const ended = await run({ job, threads });
    expect([...new Set(rowsOf(ended, 'a'))]).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect([ended.tally().ok, ended.tally().errors.workload]).toEqual([ROWS, 2]);
  });

  test('the steps of a user beyond the rows, and with it each of its iterations', async () => {
    const job = {
      connections: ROWS + 2,
      operations_per_user: 2,
      before: [use('login', { repeat: 2 })],
      steps: [{ name: 'a', http: { path: '/a' } }],
    };
    const ended = await run({ job, threads });
    expect(rowsOf(ended, 'login')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4'].flatMap((row) => [row, row]));
    expect([ended.tally().ok, ended.tally().errors.workload]).toEqual([2 * ROWS, 4]);
  });

  test('no user whose own steps need no row', async () => {
    const job = {
      connections: ROWS + 2,
      operations_per_user: 1,
      variables: { name: '#users.name', other: 'x' },
      before: [{ name: 'login', http: { path: '/login/#vars.other' } }],
      steps: [{ name: 'a', http: { path: '/a' } }],
    };
    const ended = await run({ job, threads });
    expect(ended.steps.filter((step) => step === 'login')).toHaveLength(ROWS + 2);
  });
});

test('rows that only the steps of new users take end the job after the last one, or fail its iterations', async () => {
  const job = { session: 'iteration', before: [use('login')], steps: [{ name: 'a', http: { path: '/a' } }] };
  const stopped = await run({ job: { ...job, duration: '10s' }, feeder: { on_end: 'stop' } });
  expect(rowsOf(stopped, 'login')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
  expect([stopped.tally().ok, stopped.tally('a').ok]).toEqual([ROWS, ROWS]);
  const failed = await run({ job: { ...job, operations: ROWS + 2 } });
  expect(rowsOf(failed, 'login')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
  expect([failed.tally().ok, failed.tally().errors.workload]).toEqual([ROWS, 2]);
});

test('rows of a range of repetitions are those of its longest, of which shorter ones leave some out', async () => {
  const job = { operations: 4, on_error: 'continue', steps: [use('a', { repeat: '#int(1,2)' })] };
  const ended = await run({ job, feeder: { per: 'request' } });
  const numbers = ended.requests.map(({ sequence }) => sequence);
  expect(numbers.every((number) => number < ROWS)).toBe(true);
  expect(ended.requests.map(({ path }) => path)).toEqual(numbers.map((number) => `/r${number}`));
  expect(ended.tally('a').errors.workload).toBeGreaterThanOrEqual(1);
});
