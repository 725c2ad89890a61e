import { afterAll, beforeAll, expect, test } from 'vitest';
import { message } from '../../src/agent/live/run-recording.ts';
import { describeWithServices } from '../services/binary.ts';
import { Browser, CHROMIUM } from './browser.ts';
import { openLivePage } from './live-page-server.ts';

const DAY = 86_400;
const JOBS = ['reads', 'writes'];
const SERIES = 20;
/** Seconds in one message. */
const BATCH = 300;

const status = (elapsed: number): object => ({
  run_id: 'day',
  workload: 'a day',
  agent: 'a1',
  target: 'http://127.0.0.1:1',
  state: 'running',
  elapsed_seconds: elapsed,
  agents: [],
  failures: [],
  changes: [],
  thresholds: [],
  validity: { valid: true, findings: [] },
  jobs: JOBS.map((name) => ({
    name,
    uuid: name,
    type: 'read',
    step: null,
    status: 'in_progress',
    limits: { duration_seconds: DAY, operations: null },
    elapsed_seconds: elapsed,
    started: elapsed * 500,
    requests: elapsed * 500,
    errors: elapsed,
    errors_by_class: { timeout: elapsed, refused: Math.floor(elapsed / 7) },
    rate: 500,
    response_time: null,
    service_time: { count: elapsed * 500, max_seconds: 1, percentiles_seconds: { p50: 0.002, p90: 0.01, p99: 0.1 } },
  })),
});

/** Rows of one second each, as an agent would send them without downsampling. */
function rows(job: string, from: number, to: number): string {
  const at = Array.from({ length: to - from }, (_, index) => from + index + 1);
  const wave = (scale: number): number[] => at.map((second) => scale * (1.5 + Math.sin(second / 900)));
  const timeline = {
    at_seconds: at,
    seconds: at.map(() => 1),
    requests: wave(500),
    errors: at.map((second) => second % 3),
    in_flight: wave(4),
    p50_seconds: wave(0.002),
    p90_seconds: wave(0.01),
    p99_seconds: wave(0.1),
    max_seconds: wave(0.5),
    lag_p99_seconds: wave(0.001),
    target_rate: at.map(() => 500),
  };
  return message('timeline', { job: `${job}/read`, timeline });
}

function sourceOf(from: number, to: number): string {
  const series = Array.from({ length: SERIES }, (_, number) => ({
    name: 'node_load',
    type: 'gauge',
    labels: { cpu: String(number) },
    points: Array.from({ length: (to - from) / 5 }, (__, index) => [from + index * 5, number + Math.sin(index / 9)]),
  }));
  return message('source', { name: 'node', url: 'http://n', calls: to, failures: 0, series });
}

function eventsOf(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) =>
    message('event', { number: from + index + 1, at_seconds: from + index, kind: 'phase', text: 'backup', job: null }),
  ).join('');
}

describeWithServices('the live page with a day of seconds', [CHROMIUM], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  });
  afterAll(() => browser.close());

  test('keeps a bounded number of points, and its updates stay short', async () => {
    const { send } = await openLivePage(browser, () => undefined);
    send(message('run', { run_id: 'day', workload: 'a day', started_at: '2026-01-02T00:00:00Z' }));
    send(message('status', status(1)));
    /** Resolves when the page has drawn this second. */
    const drawn = async (second: number): Promise<void> => {
      const hours = Math.floor(second / 3600);
      const shown = `${hours > 0 ? `${hours}:` : ''}${String(Math.floor(second / 60) % 60).padStart(hours > 0 ? 2 : 1, '0')}:${String(second % 60).padStart(2, '0')}`;
      const condition = `document.getElementById('facts').innerText.includes(${JSON.stringify(shown)})`;
      for (let tries = 0; tries < 3000; tries++) {
        if ((await browser.evaluate(condition)) === true) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(
        `the page does not show ${shown}: ${String(await browser.evaluate('document.body.innerText.slice(0, 500)'))}`,
      );
    };
    const push = (from: number, to: number): void =>
      send(
        message('status', status(to)) +
          JOBS.map((job) => rows(job, from, to)).join('') +
          sourceOf(from, to) +
          eventsOf(from, to),
      );
    const cost = async (from: number): Promise<number> => {
      const before = await browser.busySeconds();
      for (let second = from; second < from + 20; second++) {
        send(message('status', status(second + 1)) + JOBS.map((job) => rows(job, second, second + 1)).join(''));
        await drawn(second + 1);
      }
      return ((await browser.busySeconds()) - before) / 20;
    };
    push(0, BATCH);
    await drawn(BATCH);
    const early = await cost(BATCH);
    for (let from = BATCH + 20; from < DAY - 20; from += BATCH) {
      push(from, Math.min(from + BATCH, DAY - 20));
      if (from % (BATCH * 24) === BATCH + 20) await drawn(Math.min(from + BATCH, DAY - 20));
    }
    await drawn(DAY - 20);
    const late = await cost(DAY - 20);
    const heap = Number(await browser.evaluate('performance.memory.usedJSHeapSize'));
    if (process.env['LOADBOT_SHOW_COSTS'] === '1')
      console.log(
        `update: ${(early * 1000).toFixed(1)} ms early, ${(late * 1000).toFixed(1)} ms late; heap ${(heap / 1024 ** 2).toFixed(0)} MiB`,
      );
    // The table of values has a part of the points that the page keeps.
    await browser.evaluate('document.querySelector("#chart-rate details").open = true');
    await browser.evaluate('new Promise((done) => setTimeout(done, 200))');
    const points = Number(await browser.evaluate('document.querySelectorAll("#chart-rate tbody tr").length'));
    expect(points).toBeGreaterThan(100);
    expect(points).toBeLessThanOrEqual(3600);
    expect(await browser.evaluate('document.querySelectorAll("#event-list li").length')).toBeLessThanOrEqual(200);
    // Bounds for growth without end, far above the measured values.
    expect(heap).toBeLessThan(200 * 1024 ** 2);
    expect(browser.complaints).toEqual([]);
  });
});
