import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../../shared/outcome.ts';
import { equal, holds } from '../assert.ts';
import type { CaseBody, TestBench, TestWorker } from '../bench.ts';

const TIMEOUT = failure('timeout');
/** Time that a thread may be busy with one request, in milliseconds. */
const BUSY_MS = 20;

/** Cases of requests that succeed, by name. */
export const REQUEST_CASES: Readonly<Record<string, CaseBody>> = {
  async 'completes each request once and sends it once'({ open, server, passages }) {
    const { probe } = await open();
    for (let n = 0; n < 100; n++) await probe.request(n * 2);
    sameOutcomes(probe, 'ok', 'a request that the server answered has another outcome');
    equal(probe.outcomes.length, 100, 'done is not called once for each request: calls');
    equal(await server.served(), 100, 'a request is not sent exactly once: requests that reached the server');
    equal(passages().length, 1, 'a session uses more than one connection');
    equal(probe.failure, undefined, 'failure is set for requests that succeeded');
  },

  async 'accepts the next request within the callback `done`'({ open, server, within }) {
    await within(repeat(await open(), 50), 'done is never called for a request that was started within done');
    equal(await server.served(), 50, 'requests that were started within done were not all sent');
  },

  async 'does not block the thread'(bench) {
    const { probe } = await bench.open();
    await probe.request(0);
    // The shortest of several: a busy machine delays some of them, a driver that waits delays all.
    const busyMs = Math.min(...(await measure(5, () => busyTime(probe, bench))));
    holds(
      busyMs < BUSY_MS,
      `a request blocks the thread for ${busyMs.toFixed(0)} ms, in which no other session of the thread can work`,
    );
  },

  async 'counts a request without a match as a miss'({ open, subject }) {
    if (subject.hasMisses === false) return;
    const { probe } = await open();
    equal(await probe.request(1), 'miss', 'a read without a match is not a miss');
    equal(await probe.request(2), 'ok', 'a read with a match is not ok');
  },

  async 'keeps sessions independent of each other'({ open, gate, server, subject }) {
    const driver = subject.factory({ ...server.options('127.0.0.1', gate.port), sessions: 8 });
    const workers = await Promise.all(Array.from({ length: 8 }, () => open(driver)));
    const hasMisses = subject.hasMisses !== false;
    await Promise.all(
      workers.map(async ({ session, probe }, worker) => {
        const odd = hasMisses ? worker % 2 : 0;
        for (let n = 0; n < 20; n++) {
          const outcome = probe.request(2 * n + odd);
          if (worker === 0) session.cancel(TIMEOUT);
          await outcome;
        }
      }),
    );
    for (const [worker, { probe }] of workers.slice(1).entries()) {
      const expected = hasMisses && worker % 2 === 0 ? 'miss' : 'ok';
      sameOutcomes(probe, expected, 'a session has the reply of another session');
    }
    sameOutcomes(workers[0]!.probe, 'timeout', 'a canceled request has another outcome');
  },

  async 'counts the bytes on the wire'({ open, gate, passages, eventually }) {
    const { probe } = await open();
    for (let n = 0; n < 20; n++) await probe.request(n);
    const sum = (count: (passage: (typeof gate.passages)[number]) => number): number =>
      passages().reduce((total, passage) => total + count(passage), 0);
    const received = sum(({ toClientBytes }) => toClientBytes);
    equal(probe.totalReceivedBytes, received, 'receivedBytes is not set to the bytes on the wire');
    const sent = probe.totalSentBytes;
    await eventually(
      () => sum(({ fromClientBytes }) => fromClientBytes) - sent,
      0,
      'sentBytes is not set to the bytes on the wire: difference',
    );
  },

  async 'sets the send time only when the connection was open'({ open, gate }) {
    const { probe } = await open();
    probe.sentMs = -1;
    await probe.request(0);
    holds(probe.sentMs > 0, 'sentMs is not set when a request is written to an open connection');
    await gate.endConnections();
    await delay(20);
    probe.sentMs = -1;
    equal(await probe.request(2), 'ok', 'a request after the server has closed the connection has another outcome');
    equal(
      probe.sentMs,
      -1,
      'sentMs is set although the request had to connect first, so its connect time is not counted',
    );
    await probe.request(4);
    holds(probe.sentMs > 0, 'sentMs is not set when a request is written to an open connection');
  },
};

/** @throws {Error} with the fault when a request of the worker has another outcome */
function sameOutcomes({ outcomes }: TestWorker['probe'], expected: string, fault: string): void {
  equal(outcomes.find((outcome) => outcome !== expected) ?? expected, expected, fault);
}

/** Sends requests one after the other, each within `done` of the one before. */
async function repeat({ probe }: TestWorker, requests: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const record = probe.done.bind(probe);
    probe.done = (outcome) => {
      record(outcome);
      if (probe.outcomes.length === requests) resolve();
      else if (probe.outcomes.length < requests) start();
    };
    const start = (): void => {
      try {
        probe.execute();
      } catch (error) {
        reject(error);
      }
    };
    start();
  });
}

/** Longest time for which the thread did not get to anything else during a request, in milliseconds. */
async function busyTime(probe: TestWorker['probe'], { gate }: Pick<TestBench, 'gate'>): Promise<number> {
  let [last, longest] = [performance.now(), 0];
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const ticker = setInterval(look, 1);
  gate.behave({ kind: 'pass' });
  await probe.request(0);
  look();
  clearInterval(ticker);
  return longest;
}

async function measure(times: number, read: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let n = 0; n < times; n++) values.push(await read());
  return values;
}
