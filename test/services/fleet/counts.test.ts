import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { serveTarget } from '../../../src/drivers/embedded/serve.ts';
import type { ResultDocument } from '../../../src/reports/document/result-document.ts';
import { runWorkload, scratchFile } from '../../e2e/agent.ts';
import { CountingServer } from '../../e2e/counting-server.ts';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { startSlowStore } from '../../e2e/slow-store.ts';
import { logOf, vegetaOf } from '../../unit/workload/features/requests-from/files.ts';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';
import { describeWithServices } from '../binary.ts';
import { expectConserved, jobNamed } from '../conservation.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { POSTGRES, startPostgres } from '../postgresql.ts';
import { Fleet, sentOf } from './fleet.ts';

const load = { type: 'read', connections: 9 };
const path = (name: string): object => ({ name, http: { path: `/${name}` } });

/** Jobs of every kind of pacing; their names are their paths. */
const JOBS = [
  { ...load, ...path('constant'), pace: 100, duration: '2s' },
  { ...load, ...path('poisson'), pace: 100, arrival: 'poisson', duration: '2s' },
  {
    ...load,
    ...path('stages'),
    stages: [
      { duration: '1s', pace: 100 },
      { duration: '1s', pace: 0 },
    ],
  },
  { ...load, ...path('warm'), pace: 100, warm_up: '1s', duration: '1s' },
  { ...load, ...path('operations'), operations: 501 },
];

function expectNoError(result: ResultDocument): void {
  for (const job of result.jobs) {
    expectConserved(job);
    expect(job, job.name).toMatchObject({ status: 'completed', errors: 0, aborted: 0 });
  }
}

async function startServer(): Promise<CountingServer> {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  return server;
}

prioritizeProcesses();

describeWithServices('a fleet without faults', [NATS, POSTGRES], () => {
  let bus: NatsService;
  let fleet: Fleet;
  beforeAll(async () => {
    bus = await startNats();
    fleet = await Fleet.start(bus.port, { threads: [1, 1, 2, 2] });
  });
  afterAll(() => bus.stop());

  /** Runs the jobs; returns the result, the requests that the server has by job, and the tickets. */
  async function count(
    run: (workload: unknown) => Promise<{ status: number | null; stderr: string; result: ResultDocument }>,
  ) {
    const server = await startServer();
    const { status, stderr, result } = await run({ connection_string: `http://${server.host}`, seed: 7, jobs: JOBS });
    expect(status, stderr).toBe(0);
    expectNoError(result);
    const received = server.counts();
    for (const job of result.jobs) {
      const warmUp = job.warm_up === null ? 0 : job.warm_up.requests;
      expect(received[`GET /${job.name}`], job.name).toBe(job.requests + warmUp);
    }
    return { result, planned: result.jobs.map((job) => job.planned ?? job.requests) };
  }

  test('counts what the target counts, and plans the tickets of one process', async () => {
    const alone = await count((workload) => runWorkload(workload));
    expect(alone.planned).toEqual([200, expect.any(Number), 100, 100, 501]);
    for (const agents of [2, 4]) {
      const { result, planned } = await count((workload) => fleet.run(workload, { agents }));
      expect(planned).toEqual(alone.planned);
      expect(result.agents).toHaveLength(agents);
      expect(result.agents.flatMap(({ ranks }) => ranks).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: result.threads }, (_, rank) => rank),
      );
      expect(result.agents.reduce((sum, { requests }) => sum + requests, 0)).toBe(
        result.jobs.reduce((sum, { requests }) => sum + requests, 0),
      );
    }
  });

  test('reads of own writes miss nothing', async () => {
    const target = await serveTarget();
    onTestFinished(() => target.close());
    const { status, stderr, result } = await fleet.run({
      connection_string: target.url,
      jobs: [
        // Nothing could be read before the first of the writes.
        { name: 'first', type: 'write', collection: 'c', connections: 1, operations: 1 },
        { name: 'first', type: 'write', collection: 'd', connections: 1, operations: 1 },
        {
          name: 'paced',
          type: 'mixed',
          collection: 'c',
          mixed: { write: 1, read: 2, update: 1 },
          connections: 8,
          pace: 150,
          duration: '4s',
        },
        {
          name: 'fast',
          type: 'mixed',
          collection: 'd',
          mixed: { write: 1, read: 3 },
          connections: 8,
          operations: 2000,
        },
      ],
    });
    expect(status, stderr).toBe(0);
    expectNoError(result);
    const { requests, responses } = await target.stats();
    expect(requests).toBe(sentOf(result));
    expect(result.jobs.map(({ miss }) => miss)).toEqual(result.jobs.map(() => 0));
    const writes = result.jobs.filter(({ type }) => type === 'write').reduce((sum, { ok }) => sum + ok, 0);
    expect(writes).toBeGreaterThan(500);
    expect(responses).toMatchObject({ write: { 201: writes } });
  });

  test('a scenario sends the values that it captured, and each row of a feeder once', async () => {
    const server = await startServer();
    const rows = scratchFile('csv');
    const names = Array.from({ length: 151 }, (_, row) => `r${row}`);
    writeFileSync(rows, ['name', ...names].join('\n'));
    const { status, stderr, result } = await fleet.run({
      connection_string: `http://${server.host}`,
      feeders: [{ name: 'users', file: basename(rows), on_end: 'stop', order: 'shuffle' }],
      jobs: [
        {
          name: 'shop',
          type: 'scenario',
          connections: 8,
          duration: '60s',
          steps: [
            { name: 'login', http: { path: '/login/#users.name' }, capture: { code: { status: true } } },
            { name: 'buy', http: { path: '/buy/#users.name/#login.code' } },
          ],
        },
      ],
    });
    expect(status, stderr).toBe(0);
    const urls = server.received.map(({ url }) => url).toSorted();
    expect(urls).toEqual(
      [...names.map((name) => `/buy/${name}/200`), ...names.map((name) => `/login/${name}`)].toSorted(),
    );
    expect(result.jobs.map(({ step, ok }) => [step, ok])).toEqual([
      [null, 151],
      ['login', 151],
      ['buy', 151],
    ]);
  });

  test.each([
    { times: 'recorded times', from: { speed: 2 }, job: {}, rounds: 1, text: logOf },
    {
      times: 'a pace, repeated',
      from: { repeat: true },
      job: { pace: 400, operations: 600 },
      rounds: 2,
      text: (paths: readonly string[]) => vegetaOf(paths.map((one) => ({ method: 'GET', url: `http://h${one}` }))),
    },
  ])('each request of a file is sent once in a round, at $times', async ({ from, job, rounds, text }) => {
    const server = await startServer();
    const paths = Array.from({ length: 300 }, (_, index) => `/${'abc'[index % 3]}/${index}`);
    const file = scratchFile('requests');
    const seconds = paths.map((_, index) => Math.floor(index / 100));
    writeFileSync(file, text(paths, seconds));
    const { status, stderr, result } = await fleet.run({
      connection_string: `http://${server.host}`,
      jobs: [{ name: 'j', type: 'mixed', connections: 9, requests_from: { file: basename(file), ...from }, ...job }],
    });
    expect(status, stderr).toBe(0);
    expectNoError(result);
    const sent = Array.from({ length: rounds }, () => paths).flat();
    expect(server.received.map(({ url }) => url).toSorted()).toEqual(sent.toSorted());
    expect(sentOf(result)).toBe(sent.length);
    expect(result.jobs.map(({ step, planned }) => [step, planned])).toEqual(
      ['GET /a/:id', 'GET /b/:id', 'GET /c/:id'].map((step) => [step, sent.length / 3]),
    );
  });

  test('requests of a file that is too large to be sent come from the copy of each agent', async () => {
    const server = await startServer();
    const file = scratchFile('requests');
    const body = 'x'.repeat(5 * 1024 * 1024);
    const requests = [0, 1].map((index) => ({ method: 'POST', url: 'http://h/', body: `${index}${body}` }));
    writeFileSync(file, vegetaOf(requests));
    const { status, stderr, result } = await fleet.run({
      connection_string: `http://${server.host}`,
      jobs: [{ name: 'posts', type: 'mixed', pace: 10, requests_from: { file: basename(file) } }],
    });
    expect(status, stderr).toBe(0);
    expect(result.jobs.map(({ requests, errors }) => [requests, errors])).toEqual([[2, 0]]);
    expect(server.received).toHaveLength(2);
  });

  test('a phase of the target has the same requests inside and outside as in all', async () => {
    const store = await startSlowStore({
      calmMs: 2,
      slowMs: 30,
      isSlow: (elapsedMs) => elapsedMs > 1500 && elapsedMs < 3000,
    });
    const { status, stderr, result } = await fleet.run({
      connection_string: store.url,
      sources: [{ name: 'store', url: `${store.url}/metrics`, interval: '100ms', timeout: '90ms' }],
      phases: { backup: 'store_backup_in_progress == 1' },
      schemas: [EXISTING_DOCUMENTS],
      jobs: [{ name: 'reads', type: 'read', collection: 'c', connections: 8, pace: 100, duration: '5s' }],
    });
    expect(status, stderr).toBe(0);
    const job = jobNamed(result, 'reads');
    expect(job.requests).toBe(store.arrivals.length);
    const [phase] = job.phases;
    expect((phase?.inside.requests ?? 0) + (phase?.outside.requests ?? 0)).toBe(job.requests);
    expect(phase?.inside.requests).toBeGreaterThan(0);
    expect(phase?.outside.requests).toBeGreaterThan(0);
  });

  test('a table of PostgreSQL has a row for each write', async () => {
    const postgres = await startPostgres();
    try {
      const user = { name: 'user', collection: 'users', schema: { _id: '#id', name: '#string' } };
      const { status, stderr, result } = await fleet.run({
        connection_string: postgres.url,
        schemas: [user],
        jobs: [
          { name: 'w', type: 'write', schema: 'user', connections: 7, operations: 503 },
          {
            name: 'm',
            type: 'mixed',
            schema: 'user',
            mixed: { write: 1, read: 2 },
            connections: 8,
            pace: 100,
            duration: '3s',
          },
        ],
      });
      expect(status, stderr).toBe(0);
      expectNoError(result);
      expect(result.jobs.map(({ miss }) => miss)).toEqual([0, 0, 0]);
      const written = result.jobs.filter(({ type }) => type === 'write').reduce((sum, { ok }) => sum + ok, 0);
      expect(await postgres.ask('SELECT count(*)::int AS n FROM users')).toEqual([{ n: written }]);
    } finally {
      await postgres.stop();
    }
  });

  test('thresholds hold for the sums of the fleet: 99 when one does not', async () => {
    const server = await startServer();
    const thresholds = ['count == 201', 'errors == 0', 'count > 201'];
    const { status, result } = await fleet.run({
      connection_string: `http://${server.host}`,
      jobs: [{ ...load, ...path('reads'), operations: 201, thresholds }],
    });
    expect(status).toBe(99);
    expect(result.thresholds.map(({ ok }) => ok)).toEqual([true, true, false]);
    expect(server.received).toHaveLength(201);
  });

  test('eight agents start within the time that the result shows', async () => {
    const server = await startServer();
    const eight = await Fleet.start(bus.port, { threads: Array.from({ length: 8 }, () => 1) });
    const { status, stderr, result } = await eight.run({
      connection_string: `http://${server.host}`,
      jobs: [{ ...load, ...path('reads'), connections: 16, pace: 160, duration: '3s' }],
    });
    expect(status, stderr).toBe(0);
    expectNoError(result);
    const job = jobNamed(result, 'reads');
    expect(job).toMatchObject({ planned: 480 });
    expect(server.received).toHaveLength(job.requests);
    expect(result.agents.map(({ ranks }) => ranks)).toEqual([[0], [1], [2], [3], [4], [5], [6], [7]]);
    for (const { clock_offset_bound_seconds: bound, started_late_seconds: late } of result.agents) {
      expect(bound).toBeGreaterThan(0);
      expect(late).toBeLessThanOrEqual(job.schedule_lag?.max_seconds ?? 0);
    }
  });
});
