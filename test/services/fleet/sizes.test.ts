import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ResultDocument } from '../../../src/reports/document/result-document.ts';
import { CountingServer, type Received } from '../../e2e/counting-server.ts';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { percentileOf } from '../../e2e/known-target.ts';
import { describeWithServices } from '../binary.ts';
import { expectConserved, jobNamed } from '../conservation.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { Fleet } from './fleet.ts';

const CONNECTIONS = 24;
const PACE = 100;
const SECONDS = 3;
/** Allowed deviation of a second's requests from the planned ones. */
const SHARE = 0.02;

const path = (name: string): object => ({ http: { path: `/${name}` } });

/** Jobs of every kind, at once; the paths of their requests begin with their names. Their ends need time on a small machine. */
const JOBS = [
  { name: 'constant', type: 'read', pace: PACE, duration: `${SECONDS}s`, ...path('constant') },
  { name: 'poisson', type: 'read', pace: 60, arrival: 'poisson', duration: '3500ms', ...path('poisson') },
  {
    name: 'stages',
    type: 'read',
    stages: [
      { duration: '2s', pace: 60 },
      { duration: '2s', pace: 0 },
    ],
    ...path('stages'),
  },
  { name: 'warm', type: 'read', pace: 50, warm_up: '1s', duration: '2700ms', ...path('warm') },
  {
    name: 'mixed',
    type: 'mixed',
    mixed: [
      { name: 'a', type: 'read', weight: 3, ...path('mixed/a') },
      { name: 'b', type: 'write', weight: 1, ...path('mixed/b') },
    ],
    pace: 60,
    duration: '3300ms',
  },
  {
    name: 'scenario',
    type: 'scenario',
    pace: 20,
    duration: '4200ms',
    steps: [
      { name: 'login', http: { path: '/scenario/login' }, capture: { code: { status: true } } },
      { name: 'buy', http: { path: '/scenario/buy/#login.code' } },
    ],
  },
].map((job) => Object.assign({ connections: CONNECTIONS }, job));

/** Tickets of jobs, which do not depend on the seed. */
const PLANNED = [
  ['constant', 300],
  ['stages', 120],
  ['warm', 135],
  ['mixed', 198],
] as const;

function plannedOf({ jobs }: ResultDocument, name: string): number {
  return jobs.reduce((sum, job) => sum + (job.name === name ? (job.planned ?? 0) : 0), 0);
}

/** Asserts that the target received the planned requests in each second, but for the delays that the result shows. */
function expectEven(received: readonly Received[], result: ResultDocument): void {
  const arrivals = received.filter(({ url }) => url === '/constant').map(({ atMs }) => atMs);
  const startMs = percentileOf(
    arrivals.map((atMs, ticket) => atMs - (ticket * 1000) / PACE),
    50,
  );
  const seconds = Array.from({ length: SECONDS }, () => 0);
  for (const atMs of arrivals) {
    // Half a gap early, so that the jitter of a single arrival does not move it into the next second.
    const second = Math.floor((atMs - startMs + 500 / PACE) / 1000);
    seconds[Math.min(Math.max(second, 0), SECONDS - 1)]! += 1; // one for each
  }
  const delayed = PACE * (jobNamed(result, 'constant').response_time?.max_seconds ?? NaN);
  for (const [second, count] of seconds.entries()) {
    expect(Math.abs(count - PACE), `${count} in second ${second}`).toBeLessThanOrEqual(PACE * SHARE + delayed);
  }
}

prioritizeProcesses();

describeWithServices('a fleet of', [NATS], () => {
  let bus: NatsService;
  beforeAll(async () => {
    bus = await startNats();
  });
  afterAll(() => bus.stop());

  test.each([
    { agents: 8, threads: 2 },
    { agents: 24, threads: 1 },
  ])('$agents agents with $threads load threads counts what the target counts', async ({ agents, threads }) => {
    const server = await CountingServer.start();
    onTestFinished(() => server.stop());
    const fleet = await Fleet.start(bus.port, { threads: Array.from({ length: agents }, () => threads) });
    const { status, stderr, result } = await fleet.run({
      connection_string: `http://${server.host}`,
      seed: 7,
      jobs: [{ parallel: JOBS }],
    });
    expect(status, stderr).toBe(0);
    for (const job of result.jobs) {
      if (job.name !== 'scenario') expectConserved(job);
      expect(job, job.name).toMatchObject({ status: 'completed', errors: 0, aborted: 0 });
    }
    expect(PLANNED.map(([name]) => plannedOf(result, name))).toEqual(PLANNED.map(([, tickets]) => tickets));
    const counts = server.received.map(({ url }) => url.split('/')[1] ?? '');
    // The row of a scenario itself has its iterations.
    const requests = result.jobs.filter(({ name, step }) => name !== 'scenario' || step !== null);
    for (const { name } of JOBS) {
      const jobs = requests.filter((job) => job.name === name);
      const sent = jobs.reduce(
        (sum, { requests: measured, warm_up: warm }) => sum + measured + (warm?.requests ?? 0),
        0,
      );
      expect(counts.filter((one) => one === name).length, name).toBe(sent);
    }
    expect(result.agents).toHaveLength(agents);
    expect(result.agents.reduce((sum, agent) => sum + agent.requests, 0)).toBe(
      requests.reduce((sum, job) => sum + job.requests, 0),
    );
    expect(result.agents.every((agent) => agent.requests > 0)).toBe(true);
    expectEven(server.received, result);
  });
});
