import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { failure, OK } from '../../src/shared/outcome.ts';
import { traceIdOf } from '../../src/shared/trace-id.ts';
import type { Exporter } from '../../src/exporters/exporter.ts';
import { createPullExporter } from '../../src/exporters/pull/pull-exporter.ts';
import { describeWithServices, PROMETHEUS } from './binary.ts';
import { type LiveRun, startLiveRun } from './live-run.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import { type ReverseProxy, startReverseProxy } from './reverse-proxy.ts';
import { eventually } from './service.ts';

interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

describeWithServices('Prometheus scrapes one run as OpenMetrics and as text', [PROMETHEUS], () => {
  let run: LiveRun;
  let exporter: Exporter;
  let proxy: ReverseProxy;
  let prometheus: PrometheusService;
  let asOpenMetrics: string;
  let asText: string;

  beforeAll(async () => {
    run = startLiveRun(['workload 1', 'say "hi"\n\\'], '186.12.9.19', true);
    const clock = systemClock();
    const context = { collect: run.collect, clock, warn: () => {} };
    exporter = createPullExporter({ host: '127.0.0.1', port: 0 }, context);
    await exporter.start();
    // Prometheus always prefers OpenMetrics; without that header it gets text.
    proxy = await startReverseProxy(new URL(exporter.where).origin, { loses: ['accept'] });
    asOpenMetrics = new URL(exporter.where).host;
    asText = new URL(proxy.origin).host;
    const recorder = run.recorder(0);
    for (let sequence = 0; sequence < 100; sequence++) {
      recorder.start();
      recorder.lag(sequence / 10);
      recorder.finish(sequence % 10 === 0 ? failure('timeout') : OK, sequence, 2 * sequence, sequence, clock.nowMs());
    }
    prometheus = await startPrometheus({ scrape: [asOpenMetrics, asText] }, ['--enable-feature=exemplar-storage']);
    for (const instance of [asOpenMetrics, asText]) {
      await eventually(() => prometheus.value(`requests_total{job="workload 1", instance="${instance}"}`));
    }
  });

  afterAll(async () => {
    await exporter?.stop(0);
    await proxy?.stop();
    await prometheus?.stop();
  });

  /**
   * Every series of a target, and its value where that does not change: without those that Prometheus makes itself, and without
   * open handles of the process, which change from scrape to scrape.
   */
  async function seriesOf(instance: string): Promise<readonly string[]> {
    const series = await prometheus.query(`{instance="${instance}", __name__!~"up|scrape_.*|nodejs_active_.*"}`);
    return series
      .map(({ labels, value }) => {
        const { instance, ...own } = labels;
        void instance;
        const { __name__: name = '' } = own;
        const fixed = /^(requests|jobs|job|loadbot)_/.test(name) ? ` ${value}` : '';
        return JSON.stringify(Object.entries(own).toSorted(([a], [b]) => (a < b ? -1 : 1))) + fixed;
      })
      .toSorted();
  }

  it('Prometheus parses both formats', async () => {
    expect([...(await prometheus.scrapeErrors()).values()]).toEqual(['', '']);
    const response = await fetch(`${prometheus.origin}/api/v1/metadata?metric=requests_error`);
    const { data } = (await response.json()) as { data: Record<string, { type: string }[]> };
    expect(data['requests_error']?.map(({ type }) => type).toSorted()).toEqual(['counter', 'unknown']);
  });

  it('stores the same series with the same values from both', async () => {
    const ofText = await seriesOf(asText);
    expect(ofText.length).toBeGreaterThan(200);
    expect(await seriesOf(asOpenMetrics)).toEqual(ofText);
    expect(await prometheus.value(`requests_error{job="workload 1", instance="${asOpenMetrics}"}`)).toBe(10);
    const bucket = `requests_duration_seconds_bucket{job="workload 1", le="1", instance="${asOpenMetrics}"}`;
    expect(await prometheus.value(bucket)).toBe(100);
    // Two families whose names OpenMetrics would take for one.
    for (const name of ['go_memstats_alloc_bytes', 'go_memstats_alloc_bytes_total']) {
      expect(await prometheus.value(`${name}{instance="${asOpenMetrics}"}`)).toBeGreaterThan(1e6);
    }
  });

  it('stores the exemplars: the trace of the newest request of each bucket', async () => {
    const nowSeconds = Date.now() / 1000;
    const parameters = new URLSearchParams({
      query: 'requests_duration_seconds_bucket',
      start: String(nowSeconds - 600),
      end: String(nowSeconds + 600),
    });
    const response = await fetch(`${prometheus.origin}/api/v1/query_exemplars?${parameters.toString()}`);
    const { data } = (await response.json()) as { data: readonly ExemplarSeries[] };
    const found = data.flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(({ labels, value }) => [seriesLabels['le'], labels['trace_id'], Number(value)]),
    );
    const trace = (sequence: number): string => traceIdOf('run-1', 'uuid-0', sequence);
    expect(found.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
      ['0.0005', trace(0), 0],
      ['0.001', trace(1), 0.001],
      ['0.0025', trace(2), 0.002],
      ['0.005', trace(5), 0.005],
      ['0.01', trace(10), 0.01],
      ['0.025', trace(25), 0.025],
      ['0.05', trace(50), 0.05],
      ['0.1', trace(99), 0.099],
    ]);
    for (const { timestamp } of data.flatMap(({ exemplars }) => exemplars)) {
      expect(Math.abs(timestamp - nowSeconds)).toBeLessThan(120);
    }
  });
});
