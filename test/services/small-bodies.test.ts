import { expect, it } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { expectStored } from './agreement.ts';
import { describeWithServices, PROMETHEUS, VICTORIA_METRICS } from './binary.ts';
import { startPrometheus } from './prometheus.ts';
import type { QueryApi } from './query-api.ts';
import { startReverseProxy } from './reverse-proxy.ts';
import { startVictoriaMetrics } from './victoria-metrics.ts';

const MAX_BYTES = 6000;

/** A run whose pushes go through a proxy that answers 413 to bodies of more than `MAX_BYTES`. */
async function runThroughSmallProxy(
  store: QueryApi & { readonly origin: string; flush?(): Promise<void> },
  path: string,
  name: string,
) {
  let refused = 0;
  const proxy = await startReverseProxy(store.origin, {
    intercept({ headers }, outgoing) {
      if (Number(headers['content-length'] ?? 0) <= MAX_BYTES) return false;
      refused++;
      outgoing.writeHead(413).end('too large');
      return true;
    },
  });
  const ended = await runWorkload(
    {
      connection_string: 'embedded:',
      agent: { name, metrics_export_targets: [{ url: `${proxy.origin}${path}`, interval_seconds: 1, gzip: false }] },
      jobs: [{ name: 'paced', type: 'write', collection: 'c', connections: 2, pace: 100, operations: 500 }],
    },
    ['--require_delivery'],
  );
  await proxy.stop();
  expect(ended.status, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('(status 413): snapshots are split from now on');
  expect(ended.result.deliveries).toMatchObject([{ undelivered_samples: 0, last_error: null }]);
  // The first snapshot finds the size; the others are sent at that size.
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(20);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // it answers as of the last whole second
  await store.flush?.();
  await expectStored(store, ended.result, name);
}

describeWithServices('a VictoriaMetrics that accepts only small bodies', [VICTORIA_METRICS], () => {
  it('receives every value of a run that pushes text', async () => {
    const store = await startVictoriaMetrics();
    await runThroughSmallProxy(store, '/api/v1/import/prometheus', 'small-text');
    await store.stop();
  });
});

describeWithServices('a Prometheus that accepts only small bodies', [PROMETHEUS], () => {
  it('receives every value of a run by remote write', async () => {
    const store = await startPrometheus({ scrape: [] }, ['--web.enable-remote-write-receiver']);
    await runThroughSmallProxy(store, '/api/v1/write', 'small-write');
    await store.stop();
  });
});
