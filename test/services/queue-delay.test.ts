import { expect, onTestFinished, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { KafkaAdmin } from '../kafka/admin.ts';
import { NatsClient } from '../nats/responder.ts';
import { describeWithServices } from './binary.ts';
import { startDelayingRelay } from './delaying-relay.ts';
import { KAFKA, startKafka } from './kafka.ts';
import { NATS_NEWEST, startNats } from './nats.ts';

const DELAY_MS = 50;
const REQUESTS = 100;
/** Attempts on a machine that other processes delay: they disturb some runs, a wrong driver all of them. */
const ATTEMPTS = 5;

/** Median duration of the requests of a run, in milliseconds. */
async function medianOf(url: string, command: object, options: object = {}): Promise<number> {
  const { result } = await runWorkload({
    connection_string: url,
    ...options,
    jobs: [{ name: 'delayed', type: 'write', command, pace: 50, operations: REQUESTS, connections: 10 }],
  });
  const [job] = result.jobs;
  expect([job?.requests, job?.errors]).toEqual([REQUESTS, 0]);
  return (job?.service_time.percentiles_seconds.p50 ?? NaN) * 1000;
}

/**
 * Compares requests with a known delay and those without one, which cost client, server and kernel the same time.
 * @param measure medians as the agent measured them, and the delay that there was
 */
async function expectExactDelay(
  measure: () => Promise<{ readonly plain: number; readonly delayed: number; readonly delay: number }>,
): Promise<void> {
  const errorsMs: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { plain, delayed, delay } = await measure();
    expect(delay).toBeGreaterThanOrEqual(DELAY_MS - 1);
    const errorMs = delayed - plain - delay;
    if (Math.abs(errorMs) <= Math.max(1, delay * 0.02)) return;
    errorsMs.push(errorMs);
  }
  throw new Error(`no run was undisturbed: ${errorsMs.join(', ')} ms`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

describeWithServices('NATS', [NATS_NEWEST], () => {
  test('the service time contains the delay of the responder, within 1 ms or 2 %', async () => {
    const server = await startNats({ binary: NATS_NEWEST });
    onTestFinished(() => server.stop());
    const responder = await NatsClient.connect(server.port);
    onTestFinished(() => responder.connection.close());
    await responder.echo('fast');
    await responder.echo('slow', () => DELAY_MS);
    const url = `nats://127.0.0.1:${server.port}`;
    await expectExactDelay(async () => {
      responder.durationsMs.length = 0;
      const plain = await medianOf(url, { request: 'fast' });
      const own = median(responder.durationsMs);
      responder.durationsMs.length = 0;
      const delayed = await medianOf(url, { request: 'slow' });
      return { plain, delayed, delay: median(responder.durationsMs) - own };
    });
  });
});

describeWithServices('Kafka', [KAFKA], () => {
  test('the service time contains the delay before the broker, within 1 ms or 2 %', async () => {
    const server = await startKafka();
    onTestFinished(() => server.stop());
    const admin = await KafkaAdmin.connect(server.port);
    onTestFinished(() => admin.close());
    await admin.createTopic('delayed');
    const relays = [await startDelayingRelay(server.port, 0), await startDelayingRelay(server.port, DELAY_MS)] as const;
    onTestFinished(async () => void (await Promise.all(relays.map((relay) => relay.stop()))));
    const options = { driver_options: { follow_leaders: false } };
    const measure = (port: number): Promise<number> =>
      medianOf(`kafka://127.0.0.1:${port}`, { produce: 'delayed', value: 'v' }, options);
    const [fast, slow] = relays;
    await measure(fast.port); // compiles the broker
    await expectExactDelay(async () => {
      for (const relay of relays) relay.delaysMs.length = 0;
      const plain = await measure(fast.port);
      const delayed = await measure(slow.port);
      return { plain, delayed, delay: median(slow.delaysMs) - median(fast.delaysMs) };
    });
  });
});
