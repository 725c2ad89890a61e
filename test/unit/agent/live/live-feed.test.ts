import { describe, expect, it } from 'vitest';
import { LiveFeed } from '../../../../src/agent/live/live-feed.ts';
import type { StatusDocument } from '../../../../src/agent/status-document.ts';
import { TimelineRecorder } from '../../../../src/analysis/job-timeline.ts';
import type { RunResult } from '../../../../src/reports/report.ts';
import { buildSnapshot } from '../../../snapshot-builder.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { readsAt, statusAt } from '../statuses.ts';
import { FakeResponse, parseEvents } from './fake-response.ts';

const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A run of one paced job with a feed; `second` moves it one second on. */
async function follow(padding = '') {
  const status = { ...(await statusAt(1, [readsAt(1)])), workload: padding } as StatusDocument;
  const calls = { status: 0, timelines: 0, system: 0 };
  const feed = new LiveFeed({
    exporters: () => [],
    status: () => {
      calls.status++;
      return status;
    },
    clock: new VirtualClock(),
    render: () => Promise.resolve('<html>'),
  });
  const run = feed.follow({
    runId: 'run-1',
    workload: 'shop',
    thresholds: { standings: [] },
    waits: () => [],
    system: () => {
      calls.system++;
      const points = [[1, 5] as const];
      const series = [{ name: 'db_size', type: 'gauge', labels: {}, points }];
      const source = { name: 'db', url: 'http://db', profile: null, interval_seconds: 1, calls: 1, failures: 0 };
      return { sources: [{ ...source, bad_lines: 0, series }], phases: [] };
    },
  });
  const recorder = new TimelineRecorder(START);
  run.begin(buildSnapshot([], START), () => {
    calls.timelines++;
    return recorder.soFar();
  });
  let seconds = 0;
  const second = (): void => {
    seconds++;
    const now = buildSnapshot([readsAt(seconds)], START + seconds * 1000);
    recorder.update(now);
    run.update(now, []);
  };
  const connect = async (lastEventId?: string, wantsReport = false): Promise<FakeResponse> => {
    const client = new FakeResponse();
    feed.connect(client.response, lastEventId, wantsReport);
    await settled();
    return client;
  };
  return { feed, run, calls, second, connect };
}

/** Seconds of the rows that a client has got. */
function rowsOf(client: FakeResponse): readonly number[] {
  return client.dataOf('timeline').flatMap(({ timeline }) => (timeline as { at_seconds: number[] }).at_seconds);
}

describe('the event stream', () => {
  it('sends all rows so far, then one row a second', async () => {
    const { connect, second } = await follow();
    second();
    second();
    const client = await connect();
    expect(client.events.map(({ event }) => event)).toEqual([
      'run',
      'status',
      'timeline',
      'event',
      'event',
      'phases',
      'source',
      'histograms',
      'sync',
    ]);
    const [histogram] = (client.dataOf('histograms') as unknown as { edges: number[]; service: number[] }[][]).flat();
    expect(histogram?.service).toHaveLength(histogram?.edges.length ?? 0);
    expect(histogram?.service.reduce((sum, count) => sum + count)).toBe(2000);
    expect(client.dataOf('run')).toEqual([
      { run_id: 'run-1', workload: 'shop', started_at: '2026-01-02T03:04:05.000Z' },
    ]);
    expect(rowsOf(client)).toEqual([1, 2]);
    expect(client.dataOf('timeline')[0]).toMatchObject({
      timeline: {
        requests: [1000, 1000],
        errors: [1, 0],
        p50_seconds: [0.003001, 0.003001],
        lag_p99_seconds: [0.002, 0.002],
      },
    });
    expect(client.dataOf('event')).toMatchObject([
      { number: 1, kind: 'run', text: 'load started' },
      { number: 2, kind: 'job', job: 'reads', text: 'read: started' },
    ]);
    second();
    expect(rowsOf(client)).toEqual([1, 2, 3]);
    expect(client.dataOf('event')).toHaveLength(2);
    expect(client.dataOf('agent')).toMatchObject([{ memory_bytes: expect.any(Number) as number, push: [] }]);
  });

  it('continues after the event that a client saw last', async () => {
    const { connect, second } = await follow();
    second();
    second();
    const first = await connect();
    const id = first.events.findLast((event) => event.id !== undefined)?.id;
    first.destroy();
    second();
    second();
    const again = await connect(id);
    expect(rowsOf(again)).toEqual([3, 4]);
    expect(again.dataOf('event')).toEqual([]);
    // Its values were in the first connection.
    expect(again.dataOf('source')).toMatchObject([{ series: [] }]);
  });

  it.each(['nonsense', 'run-0/5/9/3', 'run-1/x/y/z', 'run-1/1/2/3/4', ''])(
    'begins again after the unknown event %j',
    async (id) => {
      const { connect, second } = await follow();
      second();
      expect(rowsOf(await connect(id))).toEqual([1]);
    },
  );

  it('makes one text for all clients', async () => {
    const { connect, second, calls } = await follow();
    const clients = await Promise.all([connect(), connect(), connect()]);
    const before = calls.status;
    second();
    const texts = clients.map(({ written }) => written.at(-1) ?? '');
    expect(parseEvents(texts[0] ?? '').map(({ event }) => event)).toContain('timeline');
    expect(new Set(texts).size).toBe(1);
    expect(calls.status).toBe(before + 1);
  });

  it('computes nothing without a client', async () => {
    const { connect, second, calls } = await follow();
    second();
    second();
    expect(calls).toEqual({ status: 0, timelines: 0, system: 0 });
    const client = await connect();
    const seen = { ...calls };
    client.destroy();
    second();
    expect(calls).toEqual(seen);
  });

  it('skips a slow client while it does not read, then sends the missed rows and their number', async () => {
    const { connect, second } = await follow('x'.repeat(100_000));
    const [slow, fast] = [await connect(), await connect()];
    slow.isSlow = true;
    second();
    const held = slow.written.length;
    for (let more = 0; more < 50; more++) second();
    expect(slow.written).toHaveLength(held);
    expect(rowsOf(fast)).toHaveLength(51);
    slow.read();
    await settled();
    expect(slow.dataOf('dropped')).toEqual([{ updates: 50 }]);
    expect(rowsOf(slow)).toEqual(rowsOf(fast));
    // One status instead of fifty.
    expect(slow.dataOf('status').length).toBeLessThan(5);
    second();
    expect(rowsOf(slow)).toHaveLength(52);
  });

  it('sends the end of a run, and its report to those who want it', async () => {
    const { connect, run, second } = await follow();
    second();
    const [page, other] = [await connect(undefined, true), await connect()];
    const final = buildSnapshot([readsAt(2)], START + 2000);
    run.end({
      final,
      end: 'stopped',
      reason: undefined,
      endedEpochMs: START + 2000,
      validity: { valid: true, findings: [], peaks: {} },
      verdict: 'stopped',
      exitStatus: 105,
      thresholds: [],
      sources: [],
      phases: [],
    } as unknown as RunResult);
    await settled();
    expect(page.dataOf('end')).toMatchObject([{ verdict: 'stopped', exit_status: 105, requests: 2000 }]);
    expect(page.dataOf('report')).toEqual([{ html: '<html>' }]);
    expect(other.dataOf('report')).toEqual([]);
    expect((await connect()).dataOf('end')).toHaveLength(1);
  });

  it('refuses more than 32 clients, and forgets those that have left', async () => {
    const { connect, feed } = await follow();
    const clients = await Promise.all(Array.from({ length: 32 }, () => connect()));
    expect(feed.isFull).toBe(true);
    clients[0]?.destroy();
    expect(feed.isFull).toBe(false);
  });
});
