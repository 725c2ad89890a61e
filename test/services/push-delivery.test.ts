import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWorkload, startWorkload } from '../e2e/agent.ts';
import { expectStored } from './agreement.ts';
import { describeWithServices, VICTORIA_METRICS } from './binary.ts';
import { type Gate, openGate } from './gate.ts';
import {
  type Behaviour,
  RETRY_AFTER_SECONDS,
  type SeenPush,
  startMisbehavingReceiver,
} from './misbehaving-receiver.ts';
import { startVictoriaMetrics, type VictoriaMetricsService } from './victoria-metrics.ts';

/** One paced job, whose requests are as many as they should be only if nothing slows the load. */
function workloadOf(agent: string, url: string, seconds: number, target: object = {}): object {
  return {
    connection_string: 'embedded:',
    agent: { name: agent, metrics_export_targets: [{ url, interval_seconds: 0.5, ...target }] },
    jobs: [{ name: 'paced', type: 'write', collection: 'c', connections: 4, pace: 200, operations: 200 * seconds }],
  };
}

describeWithServices('an unreliable VictoriaMetrics', [VICTORIA_METRICS], () => {
  let store: VictoriaMetricsService;
  beforeAll(async () => {
    store = await startVictoriaMetrics();
  });
  afterAll(() => store?.stop());

  /** A way to the store that can be closed. */
  const gateOfStore = (): Promise<Gate> => openGate(Number(new URL(store.origin).port));

  let names = 0;
  /** A name that no other try has had: the store keeps the samples of all of them. */
  const newName = (name: string): string => `${name}-${names++}`;

  /** Timestamps of an agent's counter in the store, in milliseconds since the epoch, each once. */
  async function storedInstants(agent: string): Promise<number[]> {
    await new Promise((resolve) => setTimeout(resolve, 1100)); // it answers as of the last whole second
    await store.flush();
    const results = await store.query(`requests_total{agent="${agent}"}[10m]`);
    return [...new Set(results.map(({ atSeconds }) => Math.round(atSeconds * 1000)))].toSorted((a, b) => a - b);
  }

  // At once: each is a run at a low pace, and they are apart by their agents.
  it.concurrent('has all values in the end, despite failures of delivery', async () => {
    const faults: Behaviour[] = [
      'status_503',
      'retry_after',
      'hang',
      'half_close',
      'truncated_status',
      'reset_after_body',
      'slow',
    ];
    const receiver = await startMisbehavingReceiver(
      store.origin,
      faults.flatMap((fault) => ['store', fault] as const),
    );
    const name = newName('patient');
    const { status, stderr, result } = await runWorkload(workloadOf(name, receiver.origin, 12), ['--require_delivery']);
    await receiver.stop();
    expect(status, stderr).toBe(0);
    const { seen } = receiver;
    expect(seen.map(({ behaviour }) => behaviour)).toEqual(expect.arrayContaining([...faults]));
    expect(result.deliveries).toMatchObject([{ undelivered_samples: 0, last_error: null }]);
    // The load did not notice.
    expect(result.jobs[0]).toMatchObject({ requests: 2400, errors: 0, skipped: 0 });

    const stored = await storedInstants(name);
    await expectStored(store, result, name);
    // Every exposition that was ever taken is stored with its own timestamp, and repetitions are identical. Where the
    // machine is so busy that pushes take longer than their interval, they have the expositions since then, too.
    expect(stored).toEqual([...new Set(seen.flatMap(instantsOf))].toSorted((a, b) => a - b));
    seen.forEach((push, index) => {
      const next = seen[index + 1];
      if (next === undefined || ['store', 'slow'].includes(push.behaviour)) return;
      const repeated = new Set(linesOf(next));
      expect(
        linesOf(push).filter((line) => !repeated.has(line)),
        `what followed ${push.behaviour}`,
      ).toEqual([]);
      if (instantsOf(next).length === 1) expect(next.body.equals(push.body), push.behaviour).toBe(true);
      if (push.behaviour !== 'retry_after') return;
      expect(next.atMs - push.atMs).toBeGreaterThanOrEqual(RETRY_AFTER_SECONDS * 1000 - 1);
    });
  });

  it.concurrent('has all values after an outage of 6 s', async ({ onTestFinished }) => {
    const gate = await gateOfStore();
    onTestFinished(() => gate.stop());
    const name = newName('outage');
    const url = `http://127.0.0.1:${gate.port}`;
    const { agent, ended } = startWorkload(workloadOf(name, url, 10), ['--require_delivery']);
    await agent.sees(/paced: started/);
    await sleepMs(2500);
    gate.setOpen(false);
    const closedMs = Date.now();
    await sleepMs(6000);
    const openedMs = Date.now();
    gate.setOpen(true);
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/cannot deliver metrics to .*; they are queued and retried/);
    expect(stderr).toContain(`metrics are delivered to ${url}/api/v1/import/prometheus again`);
    expect(result.jobs[0]).toMatchObject({ requests: 2000, errors: 0, skipped: 0 });
    const stored = await storedInstants(name);
    await expectStored(store, result, name);
    // No exposition is missing: those of the outage were kept, with their instants.
    const [delivery] = result.deliveries;
    expect(delivery?.undelivered_samples).toBe(0);
    const counted = await store.value(`sum(count_over_time({agent="${name}"}[10m]))`);
    expect(counted).toBe(delivery?.delivered_samples);
    const within = stored.filter((at) => at > closedMs && at < openedMs);
    expect(within.length).toBeGreaterThan(5);
    expect(stored.filter((at) => at < closedMs).length).toBeGreaterThan(0);
    expect(stored.filter((at) => at > openedMs).length).toBeGreaterThan(0);
  });

  it.concurrent('lacks exactly the samples counted as dropped, with a small buffer', async ({ onTestFinished }) => {
    const gate = await gateOfStore();
    onTestFinished(() => gate.stop());
    const name = newName('forgetful');
    const url = `http://127.0.0.1:${gate.port}`;
    const { agent, ended } = startWorkload(workloadOf(name, url, 7, { buffer: 2 }), ['--require_delivery']);
    await agent.sees(/paced: started/);
    await sleepMs(1500);
    gate.setOpen(false);
    await sleepMs(4000);
    gate.setOpen(true);
    const { status, stderr, result } = await ended;
    expect(status).toBe(113);
    const [delivery] = result.deliveries;
    const { delivered_samples: delivered = 0, undelivered_samples: lost = 0 } = delivery ?? {};
    expect(lost).toBeGreaterThan(0);
    const [all, few] = [delivered + lost, lost].map((count) => count.toLocaleString('en-US'));
    expect(stderr).toMatch(new RegExp(`${few} of ${all} samples not delivered: (reset|refused) `));
    await storedInstants(name);
    expect(await store.value(`sum(count_over_time({agent="${name}"}[10m]))`)).toBe(delivered);
    // A metric counts them too, except those evicted by the last exposition; and the final values are right anyway.
    const dropped = await store.value(`last_over_time(loadbot_push_dropped_samples_total{agent="${name}"}[10m])`);
    expect(dropped).toBeGreaterThan(0);
    expect(dropped).toBeLessThanOrEqual(lost);
    await expectStored(store, result, name);
  });
});

async function sleepMs(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function linesOf({ body }: SeenPush): readonly string[] {
  return gunzipSync(body).toString().split('\n');
}

/** The instants of a push: that of its exposition, which all of its samples have, or those of several. */
function instantsOf(push: SeenPush): readonly number[] {
  const instants = new Set(linesOf(push).flatMap((line) => /(?<= )\d{13}$/.exec(line) ?? []));
  expect(instants.size).toBeGreaterThan(0);
  return [...instants].map(Number);
}
