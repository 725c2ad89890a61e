import { afterAll, beforeAll, expect, test } from 'vitest';
import { message } from '../../src/agent/live/run-recording.ts';
import { describeWithServices } from '../services/binary.ts';
import { Browser, CHROMIUM } from './browser.ts';
import { openLivePage } from './live-page-server.ts';

/** A threshold of the job whose limit is above its latencies. */
const threshold = (ok: boolean): object => ({
  kind: 'recorded',
  threshold: 'p(99) < 1m',
  job: 'reads',
  job_uuid: 'reads',
  metric: 'p99',
  unit: 'seconds',
  limit: 60,
  value: 0.1,
  ok,
  decided: true,
});

/** Status of a run with one job. @param timeouts total of its errors */
const statusAt = (elapsed: number, timeouts: number, ok: boolean): string =>
  message('status', {
    run_id: 'r1',
    workload: 'shop',
    agent: 'a1',
    target: 'http://127.0.0.1:1',
    state: 'running',
    elapsed_seconds: elapsed,
    agents: [],
    failures: [],
    changes: [],
    thresholds: [threshold(ok)],
    validity: { valid: true, findings: [] },
    jobs: [
      {
        name: 'reads',
        uuid: 'reads',
        type: 'read',
        step: null,
        status: 'in_progress',
        limits: { duration_seconds: 60, operations: null },
        elapsed_seconds: elapsed,
        started: elapsed * 10,
        requests: elapsed * 10,
        errors: timeouts,
        errors_by_class: { timeout: timeouts },
        rate: 10,
        response_time: null,
        service_time: { count: elapsed * 10, max_seconds: 1, percentiles_seconds: { p50: 0.002, p90: 0.01, p99: 0.1 } },
      },
    ],
  });

const TIMELINE = message('timeline', {
  job: 'reads/read',
  timeline: {
    at_seconds: [1, 2, 3],
    seconds: [1, 1, 1],
    requests: [10, 10, 10],
    errors: [4, 4, 4],
    in_flight: [2, 1, 2],
    p50_seconds: [0.002, 0.002, 0.002],
    p90_seconds: [0.01, 0.01, 0.01],
    p99_seconds: [0.1, 0.1, 0.1],
    max_seconds: [0.5, 0.5, 0.5],
    lag_p99_seconds: [null, null, null],
    target_rate: [null, null, null],
  },
});

describeWithServices('charts of the live page', [CHROMIUM], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  });
  afterAll(() => browser.close());

  /** Opens a page that has shown three seconds. */
  async function openRun(): Promise<(text: string) => void> {
    const { send } = await openLivePage(browser, () => undefined);
    send(message('run', { run_id: 'r1', workload: 'shop', started_at: '2026-01-02T00:00:00Z' }));
    for (const second of [1, 2, 3]) send(statusAt(second, second * 4, true));
    send(TIMELINE);
    return send;
  }
  const poll = (expression: string) => expect.poll(() => browser.evaluate(expression), { interval: 50 });

  test('errors by class have no rate of the moment between the last two statuses of a run', async () => {
    const send = await openRun();
    await poll('document.querySelector("#chart-classes details") !== null').toBe(true);
    send(statusAt(4, 16, true));
    send(statusAt(4.04, 16, true));
    await poll('document.querySelector("#jobs td:nth-last-child(1)").innerText').toBe('16');
    await browser.evaluate('document.querySelector("#chart-classes details").open = true');
    const cells =
      'Array.from(document.querySelectorAll("#chart-classes tbody tr"), ({ cells }) => [...cells].map((cell) => cell.innerText))';
    await poll(cells).toEqual([
      ['0:02', '4/s'],
      ['0:03', '4/s'],
      ['0:04', '3.846/s'],
    ]);
    expect(browser.complaints).toEqual([]);
  });

  test('a threshold beyond a chart gets the color of failures when it fails', async () => {
    const send = await openRun();
    const limit = 'document.querySelector("#chart-latency .legend li:last-child")';
    await poll(`${limit}?.innerText`).toBe('p(99) < 1m (beyond this chart)');
    expect(await browser.evaluate(`${limit}.className`)).toBe('good');
    send(statusAt(4, 16, false));
    await poll(`${limit}.className`).toBe('bad');
  });
});
