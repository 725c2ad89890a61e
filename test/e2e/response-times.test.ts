import { expect, onTestFinished, test } from 'vitest';
import { runWorkload } from './agent.ts';
import { EventServer } from './event-server.ts';
import { SlowBodyServer } from './slow-body-server.ts';

const REQUESTS = 50;
/** Attempts on a machine that other processes delay. */
const ATTEMPTS = 5;

const isNear = (seconds: number | null | undefined, wantedMs: number): boolean =>
  typeof seconds === 'number' && Math.abs(seconds * 1000 - wantedMs) <= Math.max(1, wantedMs * 0.02);

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? NaN;

test.each([1, 2] as const)('HTTP/%s: the median time to the first byte is that of the server', async (version) => {
  const server = new SlowBodyServer(version);
  const url = await server.listen();
  onTestFinished(() => server.close());
  const job = {
    name: 'slow',
    type: 'read',
    http: { path: '/', ...(version === 2 && { version }) },
    pace: 25,
    connections: 10,
    operations: REQUESTS,
    first_byte: true,
    thresholds: ['first_byte p(50) < 150ms', 'first_byte max > 100ms'],
  };
  const seen: unknown[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { result, status } = await runWorkload({ connection_string: url, jobs: [job] });
    const [headMs, wholeMs] = [server.headMs.splice(0), server.wholeMs.splice(0)];
    const [measured] = result.jobs;
    const first = measured?.metrics['first_byte']?.durations;
    expect([first?.count, wholeMs.length]).toEqual([REQUESTS, REQUESTS]);
    const [firstByte, service] = [first?.percentiles_seconds.p50, measured?.service_time.percentiles_seconds.p50];
    if (status === 0 && isNear(firstByte, medianOf(headMs)) && isNear(service, medianOf(wholeMs))) return;
    seen.push([status, firstByte, medianOf(headMs), service, medianOf(wholeMs)]);
  }
  throw new Error(`no run was undisturbed: ${JSON.stringify(seen)}`);
});

test.each([1, 2] as const)('HTTP/%s: the median gap between events is that of the server', async (version) => {
  const server = new EventServer({ gapsMs: Array.from({ length: 10 }, () => 50) }, version);
  const url = await server.listen();
  onTestFinished(() => server.close());
  const http = { path: '/', ...(version === 2 && { version }) };
  const job = { name: 'stream', type: 'read', http, connections: 4, operations: 20, stream: 'sse' };
  const seen: unknown[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { result } = await runWorkload({ connection_string: url, jobs: [job] });
    const gaps = server.gapsMs.splice(0);
    const measured = result.jobs[0]?.metrics['event_gap']?.durations;
    expect([measured?.count, gaps.length]).toEqual([200, 200]);
    if (isNear(measured?.percentiles_seconds.p50, medianOf(gaps))) return;
    seen.push([measured?.percentiles_seconds.p50, medianOf(gaps)]);
  }
  throw new Error(`no run was undisturbed: ${JSON.stringify(seen)}`);
});
