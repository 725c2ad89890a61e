import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { parseResultDocument } from '../../src/reports/document/parse-result-document.ts';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { loadbot, runWorkload, scratchFile } from './agent.ts';
import { EventServer, type EventTimes } from './event-server.ts';

async function start(times: EventTimes, version: 1 | 2 = 1): Promise<{ server: EventServer; url: string }> {
  const server = new EventServer(times, version);
  const url = await server.listen();
  onTestFinished(() => server.close());
  return { server, url };
}

const CHAT = { method: 'POST', path: '/v1/chat/completions', body: '{"stream":true}' };

function durationsOf({ jobs: [job] }: ResultDocument, name: string) {
  const durations = job?.metrics[name]?.durations;
  if (durations === null || durations === undefined) throw new Error(`no durations of ${name}`);
  return durations;
}

test.each([1, 2] as const)(
  'HTTP/%s: events are those of the server, and its gaps and its stall are found',
  async (version) => {
    // A stall of 300 ms before the last of ten events.
    const gapsMs = [...Array.from({ length: 8 }, () => 10), 300];
    const { server, url } = await start({ headMs: 50, firstMs: 100, gapsMs }, version);
    const { result, status, stdout } = await runWorkload({
      connection_string: url,
      threads: 2,
      jobs: [
        {
          name: 'chat',
          type: 'write',
          http: { ...CHAT, ...(version === 2 && { version }) },
          connections: 4,
          operations: 20,
          stream: 'sse',
          expect: { events: 10 },
          thresholds: ['events == 200', 'first_byte max >= 50ms', 'first_event min >= 149ms', 'event_gap max >= 200ms'],
        },
      ],
    });
    const [job] = result.jobs;
    expect([status, server.requests, server.sent, job?.metrics['events']?.total]).toEqual([0, 20, 200, 200]);
    expect([durationsOf(result, 'first_byte').count, durationsOf(result, 'first_event').count]).toEqual([20, 20]);
    const gaps = durationsOf(result, 'event_gap');
    expect(gaps.count).toBe(180);
    // One gap in nine is the stall. A machine that delays a read makes one gap longer and the next one shorter.
    expect(gaps.buckets.find(({ le }) => le === '0.1')?.count).toBeLessThan(180);
    expect(durationsOf(result, 'first_byte').sum_seconds).toBeLessThan(durationsOf(result, 'first_event').sum_seconds);
    expect(stdout).toMatch(/^  first event +\d/m);
    expect(stdout).toMatch(/^  events +200 /m);
  },
);

test.each([1, 2] as const)('HTTP/%s: an endless stream ends after a number of events', async (version) => {
  const { server, url } = await start({ gapsMs: [2], isEndless: true }, version);
  const { result, status } = await runWorkload({
    connection_string: url,
    jobs: [
      {
        type: 'read',
        http: { path: '/events', ...(version === 2 && { version }) },
        connections: 3,
        operations: 12,
        stream: { format: 'sse', max_events: 5 },
        expect: { events: 5 },
        thresholds: ['events == 60', 'error_rate == 0%'],
      },
    ],
  });
  expect([status, server.requests, result.jobs[0]?.ok]).toEqual([0, 12, 12]);
  await expect.poll(() => server.canceled).toBe(12);
});

test('an endless stream ends after a duration; a server that does not respond until then has timed out', async () => {
  const endless = await start({ gapsMs: [20], isEndless: true });
  const silent = await start({ headMs: 60_000 });
  const job = { type: 'read', http: { path: '/' }, operations: 3, stream: { format: 'sse', max_duration: '300ms' } };
  const { result, status } = await runWorkload({ connection_string: endless.url, jobs: [job] });
  const [events] = result.jobs;
  expect([status, events?.ok, endless.server.requests]).toEqual([0, 3, 3]);
  expect(events?.metrics['events']?.total).toBeGreaterThanOrEqual(3);
  expect(events?.metrics['events']?.total).toBeLessThanOrEqual(endless.server.sent);
  expect(events?.service_time.max_seconds).toBeGreaterThanOrEqual(0.3);
  const failed = await runWorkload({ connection_string: silent.url, jobs: [job] });
  expect(failed.result.jobs[0]).toMatchObject({ errors: 3, errors_by_class: { timeout: 3 } });
  expect(failed.result.failures[0]?.message).toBe('no response within the `max_duration` of its stream');
});

test('the example of the docs and the ready workload find the events of a service', async () => {
  const { server, url } = await start({ headMs: 5, firstMs: 5, gapsMs: [1, 1, 1, 1] });
  const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
  const [, example = ''] = /^## Streams\n[^]*?^```jsonc\n([^]+?)^```$/m.exec(page) ?? [];
  const ready = readFileSync(new URL('../../workloads/chat-completions.jsonc', import.meta.url), 'utf8');
  for (const text of [example, ready]) {
    const [out, file] = [scratchFile('json'), scratchFile('jsonc')];
    // For a test: a short run, and no limits of time on a busy machine.
    const thresholds = '"thresholds": ["events > 0", "first_event p(50) < 1m", "event_gap count > 0"]';
    const short = text.replace(/"thresholds": \[[^\]]*\]/, thresholds).replace(/"duration": "\w+"/, '"duration": "2s"');
    writeFileSync(file, short.replace(/"pace": \d/, '"pace": 9'));
    const before = server.sent;
    const { status } = await loadbot(['run', file, '--connection_string', url, '--out', out]);
    const [job] = parseResultDocument(readFileSync(out, 'utf8'), out).jobs;
    expect([status, job?.metrics['events']?.total]).toEqual([0, server.sent - before]);
    expect(job?.metrics['events']?.total).toBe(5 * (job?.requests ?? 0));
  }
});

test('a response with too few events fails its check', async () => {
  const { url } = await start({ gapsMs: [1, 1] });
  const job = { type: 'read', http: { path: '/' }, operations: 2, stream: 'sse', expect: { events: '> 3' } };
  const { result } = await runWorkload({ connection_string: url, jobs: [job] });
  expect(result.jobs[0]).toMatchObject({ errors: 2, errors_by_class: { check: 2 }, metrics: { events: { total: 6 } } });
  expect(result.failures[0]?.message).toMatch(/^events: expected > 3, got 3/);
});

test.each([
  [1, false],
  [1, true],
  [2, true],
] as const)('HTTP/%s: a compressed stream is an error of class protocol, endless: %s', async (version, isEndless) => {
  const { server, url } = await start({ isCompressed: true, isEndless }, version);
  const job = { type: 'read', http: { path: '/', version }, operations: 3, stream: { format: 'sse', max_events: 1 } };
  const { result } = await runWorkload({ connection_string: url, jobs: [job] });
  expect(result.jobs[0]).toMatchObject({
    errors: 3,
    errors_by_class: { protocol: 3 },
    metrics: { events: { total: 0 } },
  });
  expect(result.failures[0]?.message).toContain('the stream is compressed (content-encoding)');
  expect(server.requests).toBe(3);
});

test('a max_duration that is not below the timeout is refused, in jobs, operations and steps', async () => {
  const stream = { format: 'sse', max_duration: '5s' };
  const file = scratchFile('json');
  const jobs = [
    { name: 'a', type: 'read', http: { path: '/' }, operations: 1, timeout: '5s', stream },
    {
      name: 'b',
      type: 'mixed',
      operations: 1,
      timeout: '1s',
      mixed: [{ type: 'read', weight: 1, http: { path: '/' }, stream }],
    },
    { name: 'c', type: 'scenario', operations: 1, timeout: '4s', steps: [{ name: 's', http: { path: '/' }, stream }] },
    { name: 'd', type: 'read', http: { path: '/' }, operations: 1, timeout: '5001ms', stream },
  ];
  writeFileSync(file, JSON.stringify({ connection_string: 'http://127.0.0.1:1', jobs }));
  const { status, stderr } = await loadbot(['validate', file]);
  expect([status, stderr]).toEqual([104, expect.stringContaining('3 problems')]);
  for (const place of [
    'jobs[0].stream.max_duration',
    'jobs[1].mixed[0].stream.max_duration',
    'jobs[2].steps[0].stream.max_duration',
  ])
    expect(stderr).toContain(place);
});
