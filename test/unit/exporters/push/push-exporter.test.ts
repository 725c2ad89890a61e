import fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/shared/clock.ts';
import { prometheusText } from '../../../../src/exporters/prometheus-text/prometheus-text.ts';
import type { PushAttempt, PreparedRequest } from '../../../../src/exporters/push/attempt.ts';
import { createPushExporter } from '../../../../src/exporters/push/push-exporter.ts';
import { createSend } from '../../../../src/exporters/push/send.ts';
import { passSettled } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { ExpositionSource } from '../exposition-source.ts';
import { pushTarget } from '../push-target.ts';
import { type Fault, startReceiver } from '../receiver.ts';

const URL_TEXT = 'http://vm:8428/api/v1/import/prometheus?extra_label=s3cret';

/** An exporter on a virtual clock; `answer` stands for the network. */
function open(
  answer: (parcel: PreparedRequest) => PushAttempt | Promise<PushAttempt>,
  intervalMs = 10_000,
  timeoutMs = Math.min(intervalMs, 10_000),
) {
  const clock = new VirtualClock();
  const source = new ExpositionSource(clock);
  const pushed: { atMs: number; values: number[]; timestampsMs: (number | undefined)[] }[] = [];
  const exporter = createPushExporter(
    {
      protocol: prometheusText(new URL(URL_TEXT)),
      async send(parcel) {
        expect(parcel.headers['content-encoding']).toBe('gzip');
        const samples = samplesIn(gunzipSync(parcel.body).toString());
        expect(samples.length).toBe(parcel.samples);
        pushed.push({
          atMs: clock.nowMs(),
          values: samples.map(({ value }) => value),
          timestampsMs: samples.map(({ timestampMs }) => timestampMs),
        });
        return answer(parcel);
      },
      intervalMs,
      timeoutMs,
      capacity: 360,
      gzip: true,
      random: () => 0,
    },
    source.context,
  );
  return { clock, source, exporter, pushed };
}

/** Also of several expositions, each with its own times. */
function samplesIn(text: string): readonly { readonly value: number; readonly timestampMs: number }[] {
  return Array.from(text.matchAll(/^[^#\n]+ (\d+) (\d+)$/gm), ([, value, atMs]) => ({
    value: Number(value),
    timestampMs: Number(atMs),
  }));
}

/** Waits for real work (compression) on a clock that stands still. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const accept = (): PushAttempt => ({ kind: 'accepted', status: 'success', statusCode: 204 });

function fail(reason = 'status 503'): PushAttempt {
  return { kind: 'failed', status: 'http_5xx', statusCode: 503, reason, retryAfterMs: 0 };
}

const tooLarge: PushAttempt = { kind: 'refused', status: 'http_4xx', statusCode: 413, reason: 'status 413' };

describe('createPushExporter', () => {
  it('divides a body that is too large, remembers the size, and loses no sample', async () => {
    // The exposition has two samples and takes 141 bytes; one of them with its comments takes less.
    const sizeOf = (parcel: PreparedRequest): number => gunzipSync(parcel.body).length;
    const { clock, source, exporter, pushed } = open((parcel) => (sizeOf(parcel) > 120 ? tooLarge : accept()));
    const started = exporter.start();
    await until(() => pushed.length === 3);
    await started;
    source.value = 7;
    clock.pass(10_000);
    await until(() => pushed.length === 5);
    const stopped = exporter.stop();
    expect(await stopped).toMatchObject({ deliveredSamples: 6, undeliveredSamples: 0, lastError: undefined });
    // Whole once, in halves from then on.
    expect(pushed.map(({ values }) => values)).toEqual([[0, 0], [0], [0], [7], [7], [7], [7]]);
    expect(source.warnings).toEqual([
      expect.stringMatching(
        /^http:\/\/vm:8428\/\S+ does not accept a body of \d+ bytes \(status 413\): snapshots are split/,
      ),
    ]);
  });

  it('drops an indivisible body, with the reason', async () => {
    const { exporter, pushed } = open(() => tooLarge);
    const started = exporter.start();
    await until(() => pushed.length === 3);
    await started;
    expect(await exporter.stop()).toMatchObject({ undeliveredSamples: 4, lastError: 'status 413' });
  });

  it('sends waiting expositions together to a slow receiver, with their own timestamps, and logs it once', async () => {
    let isSlow = true;
    const answered: (() => void)[] = [];
    const answer = async (): Promise<PushAttempt> => {
      if (isSlow) await new Promise<void>((resolve) => answered.push(resolve));
      return accept();
    };
    const { clock, source, exporter, pushed } = open(answer, 1000, 10_000);
    const started = exporter.start();
    for (const value of [0, 1, 2, 3]) {
      source.value = value;
      await until(() => source.collected.length > value);
      await new Promise((resolve) => setTimeout(resolve, 20)); // compression
      clock.pass(1000);
    }
    await until(() => source.collected.length > 4);
    isSlow = false;
    answered[0]?.();
    await started;
    await until(() => pushed.length >= 2);
    const [first, second] = pushed;
    expect(first?.values).toEqual([0, 0]);
    expect(second?.values.slice(0, 6)).toEqual([1, 1, 2, 2, 3, 3]);
    const startMs = first?.timestampsMs[0] ?? NaN;
    expect(second?.timestampsMs.slice(0, 6).map((atMs = NaN) => atMs - startMs)).toEqual([
      1000, 1000, 2000, 2000, 3000, 3000,
    ]);
    expect(await exporter.stop()).toMatchObject({ undeliveredSamples: 0 });
    expect(source.warnings.filter((text) => text.includes('raise interval_seconds'))).toHaveLength(1);
  });

  it('pushes zeros before start returns, then every interval, and once at the end', async () => {
    const { clock, source, exporter, pushed } = open(accept);
    await exporter.start();
    expect(pushed.map(({ values }) => values)).toEqual([[0, 0]]);
    for (let round = 1; round <= 3; round++) {
      source.value = round;
      clock.pass(10_000);
      await until(() => pushed.length === round + 1);
    }
    source.value = 99;
    clock.pass(5000);
    const delivery = await exporter.stop(10_000);
    expect(pushed.map(({ atMs, values: [value] }) => [atMs, value])).toEqual([
      [0, 0],
      [10_000, 1],
      [20_000, 2],
      [30_000, 3],
      [35_000, 99],
    ]);
    expect(delivery).toEqual({
      target: 'http://vm:8428/api/v1/import/prometheus',
      deliveredSamples: 10,
      undeliveredSamples: 0,
      lastError: undefined,
    });
    expect(source.warnings).toEqual([]);
    expect(exporter.where).toBe('pushed to http://vm:8428/api/v1/import/prometheus');
  });

  it('keeps the timestamp of every exposition however late it arrives', async () => {
    let away = true;
    const { clock, exporter, pushed, source } = open(() => (away ? fail() : accept()));
    await exporter.start();
    const startMs = clock.epochMs();
    for (const round of [1, 2]) {
      clock.pass(10_000);
      await until(() => source.collected.length === round + 1);
    }
    away = false;
    await passSettled(clock, 30_000);
    await exporter.stop(10_000);
    const arrived = new Map(pushed.map(({ atMs, timestampsMs }) => [Number(timestampsMs[0]) - startMs, atMs]));
    expect([...arrived.keys()].slice(0, 3)).toEqual([0, 10_000, 20_000]);
    expect(arrived.get(0)).toBeGreaterThan(20_000);
    for (const { timestampsMs } of pushed) expect(new Set(timestampsMs).size).toBe(1);
  });

  it('starts immediately with a warning if the receiver fails, and logs its recovery', async () => {
    const script = [fail('refused (connect ECONNREFUSED)')];
    const { clock, exporter, source } = open(() => script.shift() ?? accept());
    await exporter.start();
    expect(clock.nowMs()).toBe(0);
    await passSettled(clock, 1000);
    expect(source.warnings).toEqual([
      'cannot deliver metrics to http://vm:8428/api/v1/import/prometheus: refused (connect ECONNREFUSED); they are queued and retried',
      'metrics are delivered to http://vm:8428/api/v1/import/prometheus again',
    ]);
    await exporter.stop(0);
  });

  it('starts after 2 s, with a warning, when the receiver does not answer', async () => {
    const { clock, exporter, source, pushed } = open(() => new Promise(() => {}));
    let started = false;
    const start = exporter.start().then(() => (started = true));
    await until(() => pushed.length === 1);
    await passSettled(clock, 1900);
    expect(started).toBe(false);
    await passSettled(clock, 100);
    await start;
    expect(source.warnings).toEqual([
      'http://vm:8428/api/v1/import/prometheus has not responded to the first push within 2 s; starting the load anyway',
    ]);
  });

  it('tries for 10 s at the end', async () => {
    const { clock, exporter, source, pushed } = open(() => fail());
    await exporter.start();
    const stopped = exporter.stop();
    await until(() => source.collected.length === 2 && pushed.length > 1);
    await passSettled(clock, 10_000);
    expect(await stopped).toMatchObject({ deliveredSamples: 0, undeliveredSamples: 4, lastError: 'status 503' });
    expect(clock.nowMs()).toBe(10_000);
  });

  it('can be stopped before it was started', async () => {
    const { exporter, pushed } = open(accept);
    expect(await exporter.stop(1000)).toMatchObject({ deliveredSamples: 0, undeliveredSamples: 0 });
    expect(pushed).toEqual([]);
  });

  it('delivers or counts every sample, whatever the receiver does', async () => {
    const fault = fc.constantFrom<Fault>(
      'hang',
      'reset',
      'truncated',
      { status: 503 },
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 400 },
      { status: 204 },
    );
    const faults = fc.array(fault, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        faults,
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        async (faults, ticks, capacity) => {
          const receiver = await startReceiver([...faults]);
          const clock = quickClock(25);
          const source = new ExpositionSource(clock);
          const protocol = prometheusText(new URL(receiver.origin));
          const send = createSend(pushTarget(protocol.url), clock);
          const times = { intervalMs: 4000, timeoutMs: 4000 };
          const options = { protocol, send, ...times, capacity, gzip: true, random: () => 0.5 };
          const exporter = createPushExporter(options, source.context);
          await exporter.start();
          await until(() => source.collected.length > ticks);
          const { deliveredSamples, undeliveredSamples, lastError } = await exporter.stop(6000);
          await receiver.stop();
          expect(deliveredSamples + undeliveredSamples).toBe(2 * source.collected.length);
          const arrived = new Set(receiver.accepted.flatMap(({ text }) => text.match(/^requests_total.*/gm) ?? []));
          // It may have been taken although its answer came too late: then it is there more often than counted, never less.
          expect(arrived.size).toBeGreaterThanOrEqual(deliveredSamples);
          if (undeliveredSamples > 0) expect(lastError).toBeTypeOf('string');
          else expect(arrived.size).toBe(deliveredSamples);
        },
      ),
      { numRuns: 12 },
    );
  });
});

/** A clock that runs `speed` times as fast as time. */
function quickClock(speed: number): Clock {
  return {
    nowMs: () => performance.now() * speed,
    epochMs: () => Math.round(performance.now() * speed),
    after(delayMs, fire) {
      const timer = setTimeout(fire, delayMs / speed);
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
