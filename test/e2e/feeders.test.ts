import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadbot, readResult, scratchFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

const ROWS = 101;

interface Setting {
  readonly feeder?: object;
  readonly job?: object;
  readonly workload?: object;
  readonly file?: string;
}

/** Runs a job whose paths are rows of a file; returns its result and the rows that the server received. */
async function runRows({ feeder = {}, job = {}, workload = {}, file = 'users.csv' }: Setting) {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  const folder = scratchFile('folder');
  mkdirSync(folder);
  const names = Array.from({ length: ROWS }, (_, row) => `r${row}`);
  writeFileSync(join(folder, file), ['name\tage', ...names.map((name) => `${name}\t1`)].join('\n'));
  const path = join(folder, 'load.json');
  const content = {
    connection_string: `http://${server.host}`,
    feeders: [{ name: 'users', file, delimiter: '\t', on_end: 'stop', ...feeder }],
    jobs: [{ name: 'j', type: 'read', connections: 7, duration: '20s', http: { path: '/#users.name' }, ...job }],
    ...workload,
  };
  writeFileSync(path, JSON.stringify(content));
  const out = scratchFile('json');
  const { status, stdout, stderr } = await loadbot(['run', path, '--allow_invalid', '--out', out]);
  expect(status, stderr).toBe(0);
  const { jobs } = readResult(out);
  return { rows: server.received.map(({ url }) => url.slice(1)), names, jobs, job: jobs[0], stdout, stderr };
}

const CASES = [1, 4].flatMap((threads) => (['sequential', 'shuffle'] as const).map((order) => ({ threads, order })));

test.each(CASES)('$order rows are each used once on $threads threads, and end the job', async ({ threads, order }) => {
  const { rows, names, job } = await runRows({ feeder: { order }, workload: { threads, seed: 3 } });
  expect(rows.toSorted()).toEqual(names.toSorted());
  expect(job).toMatchObject({ status: 'completed', planned: ROWS, requests: ROWS, errors: 0, skipped: 0 });
  expect(job?.elapsed_seconds).toBeLessThan(10);
});

test('a shuffle has another order, the same for the same seed', async () => {
  const one = { feeder: { order: 'shuffle' }, job: { connections: 1 }, workload: { seed: 3 } };
  const [first, second] = [await runRows(one), await runRows(one)];
  expect(first.rows).toEqual(second.rows);
  expect(first.rows).not.toEqual(first.names);
});

test('rows end a paced job, whose later tickets are not planned', async () => {
  const { rows, names, job } = await runRows({ job: { pace: 200 }, workload: { threads: 2 } });
  expect(rows.toSorted()).toEqual(names.toSorted());
  expect(job).toMatchObject({ planned: ROWS, requests: ROWS, skipped: 0 });
});

test('no row is used twice by the writes of a collection, over several jobs', async () => {
  const write = { type: 'write', collection: 'c', connections: 3, http: { path: '/#users.name' } };
  const jobs = [
    { ...write, operations: 40 },
    { ...write, duration: '20s' },
  ];
  const { rows, jobs: results } = await runRows({ workload: { jobs, threads: 2 } });
  expect(new Set(rows).size).toBe(rows.length);
  expect(results[0]?.requests).toBe(40);
  // A job begins after the highest number that a thread of an earlier one may have used.
  expect(rows.length).toBeGreaterThan(ROWS - 3);
});

test('requests without a row fail with the class `workload`, and are not sent', async () => {
  const { rows, names, job, stdout } = await runRows({
    feeder: { on_end: 'fail' },
    job: { operations: ROWS + 20 },
    workload: { threads: 2 },
    file: 'users.tsv',
  });
  expect(rows.toSorted()).toEqual(names.toSorted());
  expect(job).toMatchObject({ requests: ROWS + 20, errors: 20, errors_by_class: { workload: 20 } });
  expect(stdout).toContain('the feeder `users` has no row left for this request');
});

test('restart without a limit after the last row', async () => {
  const { rows, names } = await runRows({
    feeder: { on_end: 'restart', order: 'shuffle' },
    job: { operations: 3 * ROWS },
  });
  expect(rows.toSorted()).toEqual([...names, ...names, ...names].toSorted());
});

const STEPS = [
  { name: 'first', http: { path: '/first/#users.name' } },
  { name: 'second', repeat: 2, http: { path: '/second/#users.name' } },
];
const SCENARIO = { name: 'j', type: 'scenario', connections: 5, duration: '20s', steps: STEPS };

/** Number of requests by path. */
function countOf(rows: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[row] = (counts[row] ?? 0) + 1;
  return counts;
}

test.each([1, 4])('each iteration of a scenario has a row of its own, on %i threads', async (threads) => {
  for (const feeder of [{ order: 'shuffle' }, { per: 'iteration' }]) {
    const { rows, names } = await runRows({ feeder, workload: { threads, seed: 3, jobs: [SCENARIO] } });
    const expected = names.flatMap((name) => [
      [`first/${name}`, 1],
      [`second/${name}`, 2],
    ]);
    expect(countOf(rows)).toEqual(Object.fromEntries(expected));
  }
});

test('each request of a step has a row of its own', async () => {
  const { rows, names } = await runRows({ feeder: { per: 'request' }, workload: { threads: 2, jobs: [SCENARIO] } });
  // The second step takes two rows for each iteration.
  const iterations = Math.floor(ROWS / 2);
  const expected = [
    ...names.slice(0, iterations).map((name) => [`first/${name}`, 1]),
    ...names.slice(0, 2 * iterations).map((name) => [`second/${name}`, 1]),
  ];
  expect(countOf(rows)).toEqual(Object.fromEntries(expected));
});

test('each user of a scenario keeps its row, also in its own steps', async () => {
  const { duration: _, ...scenario } = SCENARIO;
  const before = [{ name: 'login', http: { path: '/login/#users.name' } }];
  const { rows } = await runRows({
    feeder: { per: 'user', on_end: 'restart' },
    workload: { threads: 2, jobs: [{ ...scenario, before, operations: 200 }] },
  });
  const counts = countOf(rows);
  const users = ['r0', 'r1', 'r2', 'r3', 'r4'];
  expect(Object.keys(counts).toSorted()).toEqual(
    users.flatMap((user) => [`first/${user}`, `login/${user}`, `second/${user}`]).toSorted(),
  );
  expect(users.map((user) => counts[`login/${user}`])).toEqual([1, 1, 1, 1, 1]);
  expect(users.reduce((sum, user) => sum + (counts[`first/${user}`] ?? 0), 0)).toBe(200);
});

test('steps without a row fail with the class `workload`', async () => {
  const { duration: _, ...scenario } = SCENARIO;
  const { rows, names, jobs } = await runRows({
    feeder: { on_end: 'fail' },
    workload: { jobs: [{ ...scenario, operations: ROWS + 9 }] },
  });
  expect(rows.filter((row) => row.startsWith('first/')).toSorted()).toEqual(
    names.map((name) => `first/${name}`).toSorted(),
  );
  const first = jobs.find(({ step }) => step === 'first');
  expect(first).toMatchObject({ requests: ROWS + 9, errors: 9, errors_by_class: { workload: 9 } });
});

test('executions of a repeated step without a row fail with the class `workload`, and are not sent', async () => {
  const { duration: _, ...scenario } = SCENARIO;
  const iterations = Math.ceil(ROWS / 2) + 3;
  const { rows, names, jobs, stdout } = await runRows({
    feeder: { per: 'request', on_end: 'fail' },
    workload: { threads: 2, jobs: [{ ...scenario, operations: iterations, on_error: 'continue' }] },
  });
  expect(rows.filter((row) => row.startsWith('second/')).toSorted()).toEqual(
    names.map((name) => `second/${name}`).toSorted(),
  );
  const numbers = (name: string | null): unknown => {
    const found = jobs.find(({ step }) => step === name);
    return [found?.requests, found?.ok, found?.errors_by_class.workload];
  };
  expect(numbers('first')).toEqual([iterations, iterations, 0]);
  expect(numbers('second')).toEqual([2 * iterations, ROWS, 2 * iterations - ROWS]);
  expect(stdout).toContain('second: the feeder `users` has no row left for this request');
});
