import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { runWorkload } from '../e2e/agent.ts';
import { describeWithServices, PROMETHEUS } from './binary.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';

const workload = {
  connection_string: 'embedded:',
  agent: { name: 'k6-compat', metrics_export_interval_seconds: 1, require_delivery: true },
  jobs: [
    {
      parallel: [
        { name: 'browse', type: 'write', collection: 'users', connections: 5, pace: 200, duration: '8s' },
        {
          name: 'broken',
          type: 'read',
          collection: 'c',
          connections: 1,
          pace: 20,
          duration: '8s',
          http: { path: '/a/b/c/d' },
        },
      ],
    },
  ],
};

/** One expression of each panel of k6's dashboards that has a source here: 19665, with trend statistics as gauges. */
const GAUGE_PANELS = [
  'sum(k6_vus{testid=~".+"})',
  'avg(k6_http_req_duration_p95{testid=~".+"})',
  'sum(irate(k6_http_reqs_total{testid=~".+"}[5s]))',
  'avg(round(k6_http_req_failed_rate{testid=~".+"}, 0.1) * 100)',
  'sum(irate(k6_http_reqs_total{testid=~".+", expected_response="false"}[5s]))',
  'avg(irate(k6_data_sent_total{testid=~".+"}[5s]))',
  'avg(irate(k6_data_received_total{testid=~".+"}[5s]))',
  'avg(k6_iteration_duration_p99{testid=~".+"})',
  'avg(k6_dropped_iterations_total{testid=~".+"})',
  'avg by (name, method) (k6_http_req_duration_max{testid=~".+"})',
];
/** And 18030, with native histograms. */
const NATIVE_PANELS = [
  'histogram_quantile(0.99, sum(rate(k6_http_req_duration_seconds{testid=~".+"}[5s])))',
  'histogram_quantile(0.99, sum(rate(k6_iteration_duration_seconds{testid=~".+"}[5s])))',
  'histogram_quantile(0.95, sum by (name, method) (rate(k6_http_req_duration_seconds{testid=~".+"}[5s])))',
];

describeWithServices('dashboards of k6', [PROMETHEUS], () => {
  let prometheus: PrometheusService;
  let result: ResultDocument;
  /** A moment in the middle of the run, seconds since the epoch. */
  let middle: number;
  /** The time of its last values. Prometheus 2 knows no `last_over_time` of native histograms. */
  let last: number;

  beforeAll(async () => {
    const flags = ['--web.enable-remote-write-receiver', '--enable-feature=native-histograms'];
    prometheus = await startPrometheus({ scrape: [] }, flags);
    const url = `${prometheus.origin}/api/v1/write`;
    ({ result } = await runWorkload(workload, ['--metrics_export_url', url, '--k6_compat']));
    middle = Date.parse(result.ended_at) / 1000 - 3;
    const pushed = await prometheus.query('k6_iterations_total[10m]');
    last = Math.max(...pushed.map(({ atSeconds }) => atSeconds));
  });
  afterAll(() => prometheus?.stop());

  it.each([...GAUGE_PANELS, ...NATIVE_PANELS])('%s has a value', async (expression) => {
    const values = await prometheus.query(expression, middle);
    expect(values.length).toBeGreaterThan(0);
    for (const { value } of values) expect(value).not.toBeNaN();
  });

  it('contain the counts of the result file', async () => {
    const requests = result.jobs.reduce((sum, job) => sum + job.requests, 0);
    const errors = result.jobs.reduce((sum, job) => sum + job.errors, 0);
    expect(await prometheus.value('sum(k6_http_reqs_total)', last)).toBe(requests);
    expect(await prometheus.value('sum(k6_http_reqs_total{expected_response="false"})', last)).toBe(errors);
    expect(await prometheus.value('sum(histogram_count(k6_http_req_duration_seconds))', last)).toBe(requests);
  });

  it('contain the percentiles of the result file, exactly from gauges, within a bucket from native histograms', async () => {
    const job = result.jobs.find(({ name }) => name === 'browse');
    const p99 = job?.service_time.percentiles_seconds.p99 ?? NaN;
    const gauge = await prometheus.value('k6_http_req_duration_p99{name="browse"}', last);
    expect((gauge ?? NaN) / p99).toBeCloseTo(1, 2);
    const native = await prometheus.value(
      'histogram_quantile(0.99, k6_http_req_duration_seconds{name="browse"})',
      last,
    );
    expect((native ?? NaN) / p99).toBeGreaterThan(0.9);
    expect((native ?? NaN) / p99).toBeLessThan(1.1);
  });

  it('end the series with the run', async () => {
    expect(await prometheus.query('{__name__=~"k6_.*"}')).toEqual([]);
  });
});
