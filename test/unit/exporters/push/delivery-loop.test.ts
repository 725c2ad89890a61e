import { describe, expect, it } from 'vitest';
import type { PushAttempt, PreparedRequest } from '../../../../src/exporters/push/attempt.ts';
import { DeliveryLoop } from '../../../../src/exporters/push/delivery-loop.ts';
import { passSettled, settle } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

const ACCEPTED: PushAttempt = { kind: 'accepted', status: 'success', statusCode: 204 };
const REFUSED: PushAttempt = { kind: 'refused', status: 'http_4xx', statusCode: 400, reason: 'status 400' };
const FAILED: PushAttempt = {
  kind: 'failed',
  status: 'http_5xx',
  statusCode: 503,
  reason: 'status 503',
  retryAfterMs: 0,
};

function busy(retryAfterMs: number): PushAttempt {
  return { kind: 'failed', status: 'http_4xx', statusCode: 429, reason: 'status 429', retryAfterMs };
}

/** `hang`: no answer until the attempt is aborted. */
type Answer = PushAttempt | 'hang';

/** Parcels stay as they are. */
const UNSIZED = {
  split: async (): Promise<readonly PreparedRequest[]> => [],
  join: async (all: readonly PreparedRequest[]) => all,
};

/** A loop whose receiver answers by the script, then accepts; with the received requests and times. */
function startLoop(
  script: Answer[],
  { capacity = 100, onlyNewest = false, timeoutMs = 10_000, intervalMs = 100_000, sizes = UNSIZED } = {},
) {
  const clock = new VirtualClock();
  const seen: { atMs: number; id: number }[] = [];
  const events: string[] = [];
  let underway = 0;
  const loop = new DeliveryLoop({
    async send(parcel, signal) {
      seen.push({ atMs: clock.nowMs(), id: parcel.body[0] ?? -1 });
      underway++;
      expect(underway, 'requests at a time').toBe(1);
      const answer = script.shift() ?? ACCEPTED;
      if (answer === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      underway--;
      return answer === 'hang' ? { ...FAILED, reason: 'timeout' } : answer;
    },
    intervalMs,
    sizes,
    onSlow: (tookMs) => events.push(`slow: ${tookMs}`),
    capacity,
    onlyNewest,
    timeoutMs,
    clock,
    random: () => 0,
    onFailing: ({ reason }) => events.push(`failing: ${reason}`),
    onRecovered: () => events.push('recovered'),
  });
  const run = loop.run(() => {});
  return { clock, loop, run, seen, events };
}

function parcel(id: number, samples = 10): PreparedRequest {
  return {
    url: 'http://vm/',
    method: 'POST',
    body: Uint8Array.of(id),
    headers: {},
    samples,
    plainBytes: 1,
    isGzipped: false,
  };
}

describe('DeliveryLoop', () => {
  it('delivers in order', async () => {
    const { clock, loop, run, seen, events } = startLoop([]);
    loop.add([parcel(1)]);
    loop.add([parcel(2)]);
    await settle();
    loop.add([parcel(3)]);
    await settle();
    loop.finish(1000);
    await run;
    expect(seen.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect([loop.deliveredSamples, loop.undeliveredSamples, loop.lastError]).toEqual([30, 0, undefined]);
    expect(events).toEqual([]);
    expect(clock.nowMs()).toBe(0);
  });

  it('retries after 1, 2, 4, ... 30 s, and logs the failure and the recovery once', async () => {
    const { clock, loop, seen, events } = startLoop(Array.from({ length: 7 }, () => FAILED));
    loop.add([parcel(1)]);
    await passSettled(clock, 200_000, 1000);
    expect(seen.map(({ atMs }) => atMs / 1000)).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect(loop.deliveredSamples).toBe(10);
    expect(events).toEqual(['failing: status 503', 'recovered']);
  });

  it('does not retry earlier because of new expositions', async () => {
    const { clock, loop, seen } = startLoop([busy(45_000)]);
    loop.add([parcel(1)]);
    await passSettled(clock, 44_900, 10_000);
    loop.add([parcel(2)]);
    await settle();
    expect(seen.length).toBe(1);
    await passSettled(clock, 100);
    expect(seen.map(({ atMs, id }) => [atMs, id])).toEqual([
      [0, 1],
      [45_000, 1],
      [45_000, 2],
    ]);
  });

  it('drops a refused exposition and continues with the next immediately', async () => {
    const { clock, loop, seen, events } = startLoop([REFUSED, REFUSED, ACCEPTED]);
    for (const id of [1, 2, 3]) loop.add([parcel(id)]);
    await settle();
    expect(seen.map(({ atMs, id }) => [atMs, id])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
    expect([loop.deliveredSamples, loop.undeliveredSamples, loop.lastError]).toEqual([10, 20, 'status 400']);
    expect(events).toEqual(['failing: status 400', 'recovered']);
    expect(clock.nowMs()).toBe(0);
  });

  it('evicts the oldest when the buffer is full', async () => {
    const { clock, loop, seen } = startLoop([FAILED], { capacity: 3 });
    for (const id of [1, 2, 3, 4, 5]) loop.add([parcel(id, id)]);
    await passSettled(clock, 2000);
    expect(seen.map(({ id }) => id)).toEqual([3, 3, 4, 5]);
    expect([loop.deliveredSamples, loop.undeliveredSamples]).toEqual([12, 3]);
  });

  it('ends an attempt that takes too long', async () => {
    const { clock, loop, seen } = startLoop(['hang'], { timeoutMs: 4000 });
    loop.add([parcel(1)]);
    await passSettled(clock, 10_000);
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 5000]);
    expect(loop.deliveredSamples).toBe(10);
  });

  it('at the end retries immediately instead of after its pause', async () => {
    const { clock, loop, run, seen } = startLoop([FAILED, FAILED, FAILED, FAILED, FAILED, FAILED]);
    loop.add([parcel(1)]);
    await passSettled(clock, 40_000, 1000); // the next one would be at 61 s
    loop.finish(10_000);
    await settle();
    await run;
    expect(seen.at(-1)?.atMs).toBe(40_000);
    expect(loop.deliveredSamples).toBe(10);
  });

  it('at the end retries until the deadline, and counts the rest as dropped', async () => {
    const { clock, loop, run, seen } = startLoop(Array.from({ length: 99 }, () => FAILED));
    loop.add([parcel(1)]);
    loop.add([parcel(2, 7)]);
    loop.finish(3500);
    await passSettled(clock, 3500);
    await run;
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 1000, 2000, 3000]);
    expect([loop.deliveredSamples, loop.undeliveredSamples, loop.lastError]).toEqual([0, 17, 'status 503']);
  });

  it('at the end respects only a Retry-After before the deadline', async () => {
    const script: Answer[] = [busy(3000), busy(60_000)];
    const { clock, loop, run, seen } = startLoop(script);
    loop.add([parcel(1)]);
    loop.finish(10_000);
    await passSettled(clock, 10_000);
    await run;
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 3000, 4000]);
    expect(loop.deliveredSamples).toBe(10);
  });

  it('at the end limits each attempt to half of the remaining time', async () => {
    const { clock, loop, run, seen } = startLoop(['hang', 'hang'], { timeoutMs: 10_000 });
    loop.add([parcel(1)]);
    await passSettled(clock, 9000, 1000);
    loop.finish(8000);
    await passSettled(clock, 8000);
    await run;
    // The attempt in flight ends by its own limit at 10 s; the next may take half of the 6 s left after a pause.
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 11_000, 15_000]);
    expect(loop.deliveredSamples).toBe(10);
  });

  it('ends at its deadline with any behavior of the receiver, immediately if it is 0', async () => {
    const { clock, loop, run } = startLoop(['hang', 'hang', 'hang', 'hang', 'hang', 'hang']);
    loop.add([parcel(1)]);
    await settle();
    loop.finish(0);
    clock.pass(0);
    await run;
    expect(clock.nowMs()).toBe(0);
    expect([loop.deliveredSamples, loop.undeliveredSamples]).toEqual([0, 10]);
  });

  it('sends a batch in order and retries only its unaccepted part', async () => {
    const { clock, loop, seen } = startLoop([ACCEPTED, FAILED, ACCEPTED, REFUSED]);
    loop.add([parcel(1), parcel(2), parcel(3, 5)]);
    await settle();
    expect(loop.pendingSamples).toBe(15);
    await passSettled(clock, 1000);
    expect(seen.map(({ atMs, id }) => [atMs, id])).toEqual([
      [0, 1],
      [0, 2],
      [1000, 2],
      [1000, 3],
    ]);
    expect([loop.deliveredSamples, loop.undeliveredSamples, loop.pendingSamples]).toEqual([20, 5, 0]);
  });

  it('drops the rest of a failing batch when newer ones need its place, and counts only that', async () => {
    const { clock, loop, seen } = startLoop([ACCEPTED, 'hang'], { capacity: 1, timeoutMs: 4000 });
    loop.add([parcel(1), parcel(2), parcel(3)]);
    await settle();
    loop.add([parcel(4)]);
    await passSettled(clock, 10_000);
    expect(seen.map(({ id }) => id)).toEqual([1, 2, 4]);
    expect([loop.deliveredSamples, loop.undeliveredSamples]).toEqual([20, 20]);
  });

  it('newer expositions wait for the rest of a batch that makes progress', async () => {
    const { loop, seen } = startLoop([], { capacity: 1 });
    loop.add([parcel(1), parcel(2), parcel(3)]);
    while (seen.length === 0) await Promise.resolve();
    loop.add([parcel(4)]);
    await settle();
    expect(seen.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect([loop.deliveredSamples, loop.undeliveredSamples]).toEqual([40, 0]);
  });

  it('does not count samples as dropped that a newer exposition repeats', async () => {
    const { clock, loop, seen } = startLoop([FAILED], { capacity: 1, onlyNewest: true });
    loop.add([parcel(1), parcel(2)]);
    await settle();
    for (const id of [3, 4, 5]) loop.add([parcel(id)]);
    await passSettled(clock, 2000);
    expect(seen.map(({ id }) => id)).toEqual([1, 5]);
    expect([loop.deliveredSamples, loop.undeliveredSamples]).toEqual([10, 0]);
  });

  it('counts dropped samples of the newest exposition', async () => {
    const { clock, loop, run } = startLoop([REFUSED, 'hang', 'hang'], { capacity: 1, onlyNewest: true });
    loop.add([parcel(1, 3), parcel(2, 4)]);
    loop.finish(1000);
    await passSettled(clock, 1000);
    await run;
    expect([loop.deliveredSamples, loop.undeliveredSamples]).toEqual([0, 7]);
  });

  it('counts samples rejected from an accepted request, and logs it once', async () => {
    const partly: PushAttempt = { ...ACCEPTED, rejection: { samples: 4, reason: 'out of order' } };
    const { loop, events } = startLoop([partly, partly, ACCEPTED]);
    for (const id of [1, 2, 3]) loop.add([parcel(id)]);
    await settle();
    expect([loop.deliveredSamples, loop.undeliveredSamples, loop.lastError]).toEqual([22, 8, 'out of order']);
    expect(events).toEqual(['failing: out of order', 'recovered']);
  });
});
