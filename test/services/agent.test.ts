import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent, readResult, runWorkload, scratchFile, workloadFile } from '../e2e/agent.ts';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { describeWithServices, PROMETHEUS, VICTORIA_METRICS } from './binary.ts';
import { NGINX, type NginxService, startNginx } from './nginx.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import type { QueryApi } from './query-api.ts';
import { eventually, freePort } from './service.ts';
import { startVictoriaMetrics, type VictoriaMetricsService } from './victoria-metrics.ts';

const AGENT = '186.12.9.19';

/** The four kinds of requests, the first of them named as in the query that people start from. */
const workload = {
  connection_string: 'embedded:',
  agent: { name: AGENT },
  jobs: [
    // Long enough for a scraper to have seen the zeros.
    { type: 'sleep', duration: '3s' },
    { name: 'workload 1', type: 'write', schema: 'user', connections: 5, pace: 300, operations: 1200 },
    { name: 'workload 1', type: 'bulk_write', schema: 'user', connections: 2, operations: 50, batch_size: 20 },
    { name: 'workload 1', type: 'read', schema: 'user', connections: 5, operations: 2500 },
    { name: 'workload 1', type: 'update', schema: 'user', connections: 5, pace: 200, operations: 400 },
    // Not a path that the target knows, though a read: errors must agree too.
    { name: 'broken', type: 'read', collection: 'c', connections: 2, operations: 30, http: { path: '/a/b/c/d' } },
  ],
  schemas: [{ name: 'user', collection: 'users', schema: { _id: '#id', name: '#string', age: '#int(18,99)' } }],
};

/** The final values of all numbers in the result file, as the store has them. */
async function expectAgreement(store: QueryApi, result: ResultDocument): Promise<void> {
  for (const job of result.jobs) {
    const labels = `job="${job.name}", job_type="${job.type}", job_uuid="${job.uuid}", agent="${AGENT}"`;
    const last = (family: string, more = ''): Promise<number | undefined> =>
      store.value(`last_over_time(${family}{${labels}${more}}[10m])`);
    expect(await last('requests_total')).toBe(job.requests);
    expect(await last('requests_error')).toBe(job.errors);
    expect(await last('requests_duration_seconds_count')).toBe(job.requests);
    expect(await last('requests_duration_seconds_sum')).toBeCloseTo(job.service_time.sum_seconds, 9);
    for (const { le, count } of job.service_time.buckets) {
      expect(await last('requests_duration_seconds_bucket', `, le="${le}"`), `le ${le}`).toBe(count);
    }
    for (const [errorClass, count] of Object.entries(job.errors_by_class)) {
      expect(await last('requests_error_class_total', `, class="${errorClass}"`)).toBe(count);
    }
    expect(await last('requests_sent_bytes_total')).toBe(job.sent_bytes);
    if (job.response_time !== null) {
      expect(await last('requests_response_seconds_count')).toBe(job.response_time.count);
    }
  }
  // The user's own query: four series, one for each kind of request, the numbers of the summary.
  const found = await store.query(`last_over_time(requests_total{job="workload 1", agent="${AGENT}"}[10m])`);
  const byType = Object.fromEntries(found.map(({ labels, value }) => [labels['job_type'], value]));
  expect(byType).toEqual({ write: 1200, bulk_write: 50, read: 2500, update: 400 });
}

describeWithServices('a run that a real Prometheus scrapes', [PROMETHEUS], () => {
  let prometheus: PrometheusService;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    prometheus = await startPrometheus({ scrape: [`127.0.0.1:${port}`] });
    // It begins to scrape some seconds after it has started; until then it would miss the zeros.
    await eventually(async () => ((await prometheus.scrapeErrors()).size > 0 ? true : undefined));
  });
  afterAll(() => prometheus.stop());

  test('shows the same numbers as the summary, to the last request', async () => {
    const { status, result } = await runWorkload(workload, ['--metrics_export_port', String(port)]);
    expect(status).toBe(0);
    await expectAgreement(prometheus, result);
    // Every series was seen at 0 before it grew, so nothing is missing from the increase: only the edges of the
    // range are guessed, for at most a scrape interval on each side.
    const increase = await prometheus.value('sum(increase(requests_total{job="workload 1"}[2m]))');
    expect(increase).toBeGreaterThan(4150 * 0.99);
    expect(increase).toBeLessThan(4150 * 1.15);
    expect(result.deliveries[0]?.undelivered_samples).toBe(0);
  });
});

/** VictoriaMetrics answers as of the last whole second, so the last sample is out of its sight until that second is over. */
async function settle(store: VictoriaMetricsService): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await store.flush();
}

describeWithServices('a run that pushes to a real VictoriaMetrics', [VICTORIA_METRICS], () => {
  let store: VictoriaMetricsService;
  beforeAll(async () => {
    store = await startVictoriaMetrics();
  });
  afterAll(() => store.stop());

  test('stores zeros and the numbers of the summary, at an interval longer than a job', async () => {
    const { status, result } = await runWorkload(workload, [
      '--metrics_export_url',
      `${store.origin}/api/v1/import/prometheus`,
      '--metrics_export_interval_seconds',
      '5',
    ]);
    expect(status).toBe(0);
    await settle(store);
    await expectAgreement(store, result);
    const first = await store.query('first_over_time(requests_total{job="workload 1"}[10m])');
    expect(first.map(({ value }) => value)).toEqual([0, 0, 0, 0]);
    const increase = await store.value('sum(increase(requests_total{job="workload 1"}[10m]))');
    expect(increase).toBe(4150);
    expect(result.deliveries[0]?.undelivered_samples).toBe(0);
  });

  test('stores the final values of a run that is pushed and scraped and stopped by a signal', async () => {
    const out = scratchFile('json');
    const endless = {
      connection_string: 'embedded:',
      agent: { name: AGENT, metrics_export_url: store.origin, metrics_export_interval_seconds: 1000 },
      jobs: [{ name: 'endless', type: 'write', collection: 'c', connections: 2, pace: 100 }],
    };
    const agent = new Agent(['run', workloadFile(endless), '--out', out, '--metrics_export_port', '0']);
    const [, url = ''] = await agent.sees(/metrics: (http:\S+)/);
    await agent.sees(/endless: started/);
    const scraped = await eventually(async () => {
      const text = await (await fetch(url)).text();
      const count = Number(/^requests_total\{.*job="endless".*\} (\d+)/m.exec(text)?.[1]);
      return count > 100 ? count : undefined;
    });
    agent.child.kill('SIGINT');
    const { status } = await agent.ended;
    expect(status).toBe(105);
    const [job] = readResult(out).jobs;
    await settle(store);
    expect(await store.value('last_over_time(requests_total{job="endless"}[10m])')).toBe(job?.requests);
    expect(job?.requests).toBeGreaterThanOrEqual(scraped);
  });
});

describeWithServices('200,000 requests to a real nginx', [NGINX], () => {
  let nginx: NginxService;
  beforeAll(async () => {
    nginx = await startNginx();
  });
  afterAll(() => nginx.stop());

  test('the server counts the same number', async () => {
    const { result } = await runWorkload({
      connection_string: nginx.origin,
      jobs: [
        { name: 'many', type: 'read', collection: 'c', connections: 50, operations: 200_000, http: { path: '/' } },
      ],
    });
    const served = await nginx.requests();
    const [job] = result.jobs;
    expect(job?.ok).toBe(200_000);
    expect(served).toBe(200_000);
    expect(job?.service_time.count).toBe(200_000);
  });
});
