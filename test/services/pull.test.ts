import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { failure, MISS, OK } from '../../src/shared/outcome.ts';
import type { Exporter } from '../../src/exporters/exporter.ts';
import { createPullExporter } from '../../src/exporters/pull/pull-exporter.ts';
import { request } from '../snapshot-builder.ts';
import { describeWithServices, PROMETHEUS } from './binary.ts';
import { HOSTILE_NAMES, wellFormed } from './hostile-names.ts';
import { type LiveRun, startLiveRun } from './live-run.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import { eventually } from './service.ts';

describeWithServices('Prometheus scrapes the pull exporter', [PROMETHEUS], () => {
  const names = ['workload 1', ...HOSTILE_NAMES];
  const warnings: string[] = [];
  let run: LiveRun;
  let exporter: Exporter;
  let prometheus: PrometheusService;
  let target: string;

  beforeAll(async () => {
    run = startLiveRun(names);
    const context = {
      collect: run.collect,
      clock: systemClock(),
      warn: (message: string) => void warnings.push(message),
    };
    exporter = createPullExporter({ host: '127.0.0.1', port: 0 }, context);
    await exporter.start();
    target = new URL(exporter.where).host;
    prometheus = await startPrometheus({ scrape: [target] });
    // The zeros are there before the first request, so that no increase is lost.
    await eventually(() => prometheus.value('requests_total{job="workload 1"}'));
  });

  afterAll(async () => {
    await exporter?.stop(0);
    await prometheus?.stop();
  });

  it('stores the final values of a run under the exposed names and labels', async () => {
    names.forEach((_, index) => {
      for (let count = 0; count <= index; count++) request(run.recorder(index), OK, 4);
    });
    const recorder = run.recorder(0);
    for (let count = 0; count < 4321; count++) request(recorder, OK, 4, 1);
    for (let count = 0; count < 20; count++) request(recorder, MISS, 30, 0);
    for (let count = 0; count < 7; count++) request(recorder, failure('timeout'), 1000, 0);
    const delivery = await exporter.stop(10_000);
    expect(delivery).toMatchObject({ undeliveredSamples: 0, lastError: undefined });
    expect(warnings).toEqual([]);

    const total = 1 + 4321 + 20 + 7;
    const labels = '{job="workload 1", agent="186.12.9.19"}';
    const stored = await eventually(async () => {
      const value = await prometheus.value(`last_over_time(requests_total${labels}[1m])`);
      return value === 0 ? undefined : value;
    });
    expect(stored).toBe(total);
    const last = (query: string): Promise<number | undefined> => prometheus.value(`last_over_time(${query}[1m])`);
    expect(await last(`requests_error${labels}`)).toBe(7);
    expect(await last('requests_error_class_total{job="workload 1", class="timeout"}')).toBe(7);
    expect(await last('requests_miss_total{job="workload 1"}')).toBe(20);
    expect(await last('requests_duration_seconds_count{job="workload 1"}')).toBe(total);
    expect(await last('requests_duration_seconds_sum{job="workload 1"}')).toBeCloseTo(4322 * 0.004 + 0.6 + 7, 9);
    expect(await last('requests_duration_seconds_bucket{job="workload 1", le="0.005"}')).toBe(4322);
    expect(await last('requests_duration_seconds_bucket{job="workload 1", le="0.05"}')).toBe(4342);
    expect(await last('requests_duration_seconds_bucket{job="workload 1", le="+Inf"}')).toBe(total);
    expect(await last('requests_schedule_lag_seconds_sum{job="workload 1"}')).toBeCloseTo(4.321, 9);
    const increase = (await prometheus.value('increase(requests_total{job="workload 1"}[1m])')) ?? 0;
    expect(increase).toBeGreaterThanOrEqual(total);
    expect(increase).toBeLessThan(total * 2); // extrapolated by up to a scrape interval at the ends
  });

  it('stores names unchanged, with any characters', async () => {
    const series = await prometheus.query('last_over_time(requests_total[1m])');
    const byUuid = new Map(series.map(({ labels, value }) => [labels.job_uuid, { name: labels.job, value }]));
    HOSTILE_NAMES.forEach((name, index) => {
      expect(byUuid.get(`uuid-${index + 1}`)).toEqual({ name: wellFormed(name), value: index + 2 });
    });
  });

  it('has the series of the running job and of the process', async () => {
    const [run] = await prometheus.query('last_over_time(loadbot_run_info[1m])');
    expect(run?.labels).toMatchObject({ run_id: 'run-1', workload: 'shop', git_sha: 'def', branch: 'main' });
    const [build] = await prometheus.query('last_over_time(loadbot_build_info[1m])');
    expect(build?.labels).toMatchObject({ version: '0.1.0', commit: 'abc', node_version: process.version });
    const [memory] = await prometheus.query('last_over_time(process_resident_memory_bytes{instance!=""}[1m])');
    expect(memory?.labels).toMatchObject({ agent: '186.12.9.19', instance: target, job: 'loadbot' });
  });
});
