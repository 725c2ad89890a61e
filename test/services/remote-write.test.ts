import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { failure, OK } from '../../src/shared/outcome.ts';
import type { Exporter } from '../../src/exporters/exporter.ts';
import type { PushMessage } from '../../src/exporters/push/protocol.ts';
import { createExporters } from '../../src/compose/create-exporters.ts';
import { remoteWrite } from '../../src/exporters/remote-write/remote-write.ts';
import type { Exposition } from '../../src/metrics/family.ts';
import { runWorkload } from '../e2e/agent.ts';
import { request } from '../snapshot-builder.ts';
import { pushTarget } from '../unit/exporters/push-target.ts';
import { expectStored } from './agreement.ts';
import { describeWithServices, PROMETHEUS, VICTORIA_METRICS } from './binary.ts';
import { HOSTILE_NAMES, wellFormed } from './hostile-names.ts';
import { startLiveRun } from './live-run.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import { startVictoriaMetrics, type VictoriaMetricsService } from './victoria-metrics.ts';

const AGENT = '186.12.9.19';

const workload = {
  connection_string: 'embedded:',
  agent: { name: AGENT, metrics_export_interval_seconds: 1, require_delivery: true },
  jobs: [
    { name: 'workload 1', type: 'write', collection: 'users', connections: 5, pace: 300, operations: 600 },
    { name: 'workload 1', type: 'read', collection: 'users', connections: 5, operations: 2500 },
    // Not a path that the target knows, though a read: errors must agree too.
    { name: 'broken', type: 'read', collection: 'c', connections: 2, operations: 30, http: { path: '/a/b/c/d' } },
  ],
};

describeWithServices('remote write to Prometheus', [PROMETHEUS], () => {
  let prometheus: PrometheusService;
  let url: string;
  beforeAll(async () => {
    prometheus = await startPrometheus({ scrape: [] }, ['--web.enable-remote-write-receiver']);
    url = `${prometheus.origin}/api/v1/write`;
  });
  afterAll(() => prometheus?.stop());

  it('delivers every value of a run from its zeros, and ends its series immediately', async () => {
    const { status, result } = await runWorkload(workload, ['--metrics_export_url', url]);
    // No waiting: without the marks, the last values would be shown for five minutes.
    expect(await prometheus.query(`{agent="${AGENT}"}`)).toEqual([]);
    expect(status).toBe(0);
    await expectStored(prometheus, result, AGENT);
    const first = await prometheus.query(`min_over_time(requests_total{agent="${AGENT}"}[10m])`);
    expect(first.map(({ value }) => value)).toEqual([0, 0, 0]);
    // The user's own query, and the label that a scrape would keep only with `honor_labels`.
    const found = await prometheus.query(`last_over_time(requests_total{job="workload 1", agent="${AGENT}"}[10m])`);
    expect(Object.fromEntries(found.map(({ labels, value }) => [labels['job_type'], value]))).toEqual({
      write: 600,
      read: 2500,
    });
    expect(result.deliveries).toEqual([
      { target: url, delivered_samples: expect.any(Number), undelivered_samples: 0, last_error: null },
    ]);
  });

  it('keeps names unchanged', async () => {
    const names = [...HOSTILE_NAMES, '\u{20000} rare Han'];
    const run = startLiveRun(names, 'hostile');
    const settings = { pushTargets: [pushTarget(url)], pullPort: undefined, pullHost: '', labelRules: { added: {} } };
    const warnings: string[] = [];
    const context = {
      collect: run.collect,
      clock: systemClock(),
      warn: (message: string) => void warnings.push(message),
    };
    const [exporter] = (await createExporters(settings, 'hostile', context)) as [Exporter];
    await exporter.start();
    names.forEach((_, index) => {
      for (let count = 0; count <= index; count++) request(run.recorder(index), OK, 4);
    });
    request(run.recorder(0), failure('timeout'), 1000, 0);
    expect(await exporter.stop()).toMatchObject({ undeliveredSamples: 0 });
    expect(warnings).toEqual([]);
    const series = await prometheus.query('last_over_time(requests_total{agent="hostile"}[10m])');
    const byUuid = Object.fromEntries(series.map(({ labels, value }) => [labels['job_uuid'], [labels['job'], value]]));
    names.forEach((name, index) => {
      expect(byUuid[`uuid-${index}`]).toEqual([wellFormed(name), index === 0 ? 2 : index + 1]);
    });
  });

  it('ends the series of a finished run while others continue', async () => {
    const protocol = remoteWrite(new URL(url));
    const nowMs = Date.now();
    await post(url, protocol.encode(counters(['a', 'b'], nowMs - 2000)));
    expect(await jobsOf(prometheus)).toEqual(['a', 'b']);
    await post(url, protocol.encode(counters(['b'], nowMs - 1000)));
    expect(await jobsOf(prometheus)).toEqual(['b']);
    await post(url, protocol.endOfRun?.encode(nowMs) ?? []);
    expect(await jobsOf(prometheus)).toEqual([]);
  });

  it('accepts repeated samples, as after a lost response, but no conflicting ones', async () => {
    const encode = (value: number, epochMs: number) =>
      remoteWrite(new URL(url)).encode(counters(['again'], epochMs, value));
    const nowMs = Date.now();
    expect(await post(url, encode(1, nowMs))).toEqual([204]);
    expect(await post(url, encode(1, nowMs))).toEqual([204]);
    expect(await post(url, encode(2, nowMs))).toEqual([400]);
    expect(await post(url, encode(1, nowMs - 1000))).toEqual([400]);
    expect(await post(url, encode(1, nowMs - 10 * 86_400_000))).toEqual([400]); // out of bounds
    expect(await prometheus.value('last_over_time(doctored{job="again"}[1m])')).toBe(1);
    // The marks, too, may come twice.
    const protocol = remoteWrite(new URL(url));
    protocol.encode(counters(['again'], nowMs));
    const marks = protocol.endOfRun?.encode(nowMs) ?? [];
    expect(await post(url, marks)).toEqual([204]);
    expect(await post(url, marks)).toEqual([204]);
  });
});

describeWithServices('remote write to VictoriaMetrics', [VICTORIA_METRICS], () => {
  let store: VictoriaMetricsService;
  beforeAll(async () => {
    store = await startVictoriaMetrics();
  });
  afterAll(() => store?.stop());

  it('delivers every value of a run and its end', async () => {
    const { status, result } = await runWorkload(workload, ['--metrics_export_url', `${store.origin}/api/v1/write`]);
    expect(status).toBe(0);
    // It answers as of the last whole second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await store.flush();
    await expectStored(store, result, AGENT);
    const first = await store.query(`first_over_time(requests_total{agent="${AGENT}"}[10m])`);
    expect(first.map(({ value }) => value)).toEqual([0, 0, 0]);
    expect(await store.query(`requests_total{agent="${AGENT}"}`)).toEqual([]);
  });
});

/** Counters at an instant, one for each job. */
function counters(jobs: readonly string[], epochMs: number, value = 1): Exposition {
  const samples = jobs.map((job) => ({ suffix: '', labels: { job }, value }));
  return { epochMs, families: [{ name: 'doctored', type: 'counter', help: 'Made up.', samples }] };
}

async function jobsOf(prometheus: PrometheusService): Promise<(string | undefined)[]> {
  const series = await prometheus.query('doctored{job=~"a|b"}');
  return series.map(({ labels }) => labels['job']).toSorted((a = '', b = '') => (a < b ? -1 : 1));
}

/** Sends messages; returns the statuses. */
async function post(url: string, messages: readonly PushMessage[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const { headers, body } of messages) {
    const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body as Uint8Array) });
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}
