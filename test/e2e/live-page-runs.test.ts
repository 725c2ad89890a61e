import { afterAll, beforeAll, expect, test } from 'vitest';
import { message } from '../../src/agent/live/run-recording.ts';
import { describeWithServices } from '../services/binary.ts';
import { Browser, CHROMIUM } from './browser.ts';
import { openLivePage } from './live-page-server.ts';

const entry = (id: string): object => ({
  run_id: id,
  workload: 'short',
  started_at: '2026-01-02T00:00:00Z',
  elapsed_seconds: 1,
  requests: 200,
  errors: 0,
  rate: 200,
  p99_seconds: 0.001,
  verdict: 'passed',
  end: 'completed',
  valid: true,
});

/** Status of an idle agent whose last run has an id. */
const idle = (id: string): string =>
  message('status', {
    run_id: null,
    workload: null,
    agent: 'a1',
    target: null,
    state: 'idle',
    elapsed_seconds: 0,
    agents: [],
    jobs: [],
    failures: [],
    changes: [],
    thresholds: [],
    validity: null,
    last_run: entry(id),
  });

describeWithServices('the past runs of the live page', [CHROMIUM], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  });
  afterAll(() => browser.close());

  test('include a run that the page has not seen running, and are fetched once for each run', async () => {
    const stored = ['first'];
    let fetched = 0;
    const { send } = await openLivePage(browser, (path) => {
      if (path === '/openapi.json') return { paths: { '/runs': {}, '/start': {} } };
      if (path === '/runs') fetched++;
      return { runs: stored.map(entry) };
    });
    /** Resolves when the page lists so many runs. */
    const listed = async (count: number): Promise<void> => {
      const condition = 'document.querySelectorAll("#runs tbody tr").length';
      for (let tries = 0; tries < 600; tries++) {
        if ((await browser.evaluate(condition)) === count) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`never ${count} runs: ${String(await browser.evaluate('document.body.innerText'))}`);
    };
    send(idle('first'));
    await listed(1);
    stored.unshift('second');
    send(idle('second'));
    await listed(2);
    // The same status again fetches nothing.
    const before = fetched;
    send(idle('second'));
    stored.unshift('third');
    send(idle('third'));
    await listed(3);
    expect(fetched).toBe(before + 1);
    expect(browser.complaints).toEqual([]);
  });
});
