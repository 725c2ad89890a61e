import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { failure, OK } from '../../src/shared/outcome.ts';
import type { Exporter } from '../../src/exporters/exporter.ts';
import { createExporters } from '../../src/compose/create-exporters.ts';
import { request } from '../snapshot-builder.ts';
import { pushTarget } from '../unit/exporters/push-target.ts';
import { describeWithServices, VICTORIA_METRICS } from './binary.ts';
import { type Gate, openGate } from './gate.ts';
import { HOSTILE_NAMES, wellFormed } from './hostile-names.ts';
import { startLiveRun } from './live-run.ts';
import { eventually } from './service.ts';
import { startVictoriaMetrics, type VictoriaMetricsService } from './victoria-metrics.ts';

describeWithServices('VictoriaMetrics receives pushes', [VICTORIA_METRICS], () => {
  let victoriaMetrics: VictoriaMetricsService;
  let gate: Gate;

  beforeAll(async () => {
    victoriaMetrics = await startVictoriaMetrics();
    gate = await openGate(Number(new URL(victoriaMetrics.origin).port));
  });

  afterAll(async () => {
    await gate?.stop();
    await victoriaMetrics?.stop();
  });

  /** A run that pushes every `pushIntervalMs`; remembers `requests_total` of its first job in every exposition. */
  async function push(jobNames: readonly string[], agent: string, pushIntervalMs: number) {
    const run = startLiveRun(jobNames, agent);
    const warnings: string[] = [];
    const offered: { atSeconds: number; value: number }[] = [];
    let samples = 0;
    const target = pushTarget(`http://127.0.0.1:${gate.port}`, { intervalMs: pushIntervalMs });
    const settings = { pushTargets: [target], pullPort: undefined, pullHost: '', labelRules: { added: {} } };
    const [exporter] = await createExporters(settings, agent, {
      clock: systemClock(),
      warn: (message) => void warnings.push(message),
      async collect() {
        const exposition = await run.collect();
        const total = exposition.families.find(({ name }) => name === 'requests_total');
        offered.push({ atSeconds: exposition.epochMs / 1000, value: total?.samples[0]?.value ?? Number.NaN });
        samples += exposition.families.reduce((count, family) => count + family.samples.length, 0);
        return exposition;
      },
    });
    return { run, exporter: exporter as Exporter, warnings, offered, samples: () => samples };
  }

  it('has exactly the counted values under the exposed names and labels', async () => {
    const { run, exporter, warnings, samples } = await push(['workload 1', ...HOSTILE_NAMES], '186.12.9.19', 60_000);
    await exporter.start();
    HOSTILE_NAMES.forEach((_, index) => {
      for (let count = 0; count < index + 2; count++) request(run.recorder(index + 1), OK, 4);
    });
    for (let count = 0; count < 4321; count++) request(run.recorder(0), OK, 4, 1);
    for (let count = 0; count < 7; count++) request(run.recorder(0), failure('timeout'), 1000, 0);
    expect(await exporter.stop(10_000)).toMatchObject({ deliveredSamples: samples(), undeliveredSamples: 0 });
    expect(warnings).toEqual([]);

    await victoriaMetrics.flush();
    const labels = '{job="workload 1", agent="186.12.9.19"}';
    const total = await eventually(async () => (await victoriaMetrics.value(`requests_total${labels}`)) || undefined);
    expect(total).toBe(4328);
    const value = (query: string): Promise<number | undefined> => victoriaMetrics.value(query);
    expect(await value(`requests_error${labels}`)).toBe(7);
    expect(await value('requests_duration_seconds_count{job="workload 1"}')).toBe(4328);
    expect(await value('requests_duration_seconds_sum{job="workload 1"}')).toBeCloseTo(4321 * 0.004 + 7, 9);
    expect(await value('requests_duration_seconds_bucket{job="workload 1", le="0.005"}')).toBe(4321);
    expect(await value('requests_duration_seconds_bucket{job="workload 1", le="+Inf"}')).toBe(4328);
    expect(await value('increase(requests_total{job="workload 1"}[1m])')).toBe(4328); // it does not extrapolate

    const series = await victoriaMetrics.query('requests_total{agent="186.12.9.19"}');
    const byUuid = new Map(series.map(({ labels, value }) => [labels.job_uuid, { name: labels.job, value }]));
    HOSTILE_NAMES.forEach((name, index) => {
      expect(byUuid.get(`uuid-${index + 1}`)).toEqual({ name: wellFormed(name), value: index + 2 });
    });
  });

  it('gets missed samples after an outage with their original timestamps', async () => {
    const agent = `outage-${randomUUID()}`; // a repeated test finds no samples of the first one
    const { run, exporter, warnings, offered, samples } = await push(['job'], agent, 250);
    const recordUntil = async (expositions: number): Promise<void> => {
      await eventually(async () => {
        request(run.recorder(0), OK, 4);
        return offered.length >= expositions ? true : undefined;
      });
    };
    await exporter.start();
    await recordUntil(3);
    gate.setOpen(false);
    await recordUntil(7);
    gate.setOpen(true);
    await recordUntil(12);
    const delivery = await exporter.stop(10_000);
    expect(delivery).toMatchObject({ deliveredSamples: samples(), undeliveredSamples: 0 });
    // A busy machine may also take longer for a push than its interval.
    expect(warnings.filter((warning) => !warning.includes(', longer than the interval of '))).toEqual([
      expect.stringContaining('cannot deliver metrics to http'),
      expect.stringContaining('metrics are delivered to http'),
    ]);

    await victoriaMetrics.flush();
    const stored = await eventually(async () => {
      const results = await victoriaMetrics.query(`requests_total{agent="${agent}"}[1h]`);
      return results.length >= offered.length ? results : undefined;
    });
    expect(stored.map(({ atSeconds, value }) => ({ atSeconds, value }))).toEqual(offered);
  });
});
