import { setTimeout as delay } from 'node:timers/promises';
import { ABORTED, failure } from '../../shared/outcome.ts';
import { equal, holds } from '../assert.ts';
import type { CaseBody, TestBench, TestWorker } from '../bench.ts';

const TIMEOUT = failure('timeout');

/** Cases of cancel and close, by name. */
export const CANCEL_CASES: Readonly<Record<string, CaseBody>> = {
  async 'ends a waiting request immediately and once when it is canceled'(bench) {
    const { open, gate, passages, eventually } = bench;
    const worker = await open();
    const { session, probe } = worker;
    await probe.request(0);
    const used = passages();
    gate.behave({ kind: 'silent' });
    const outcome = probe.request(2);
    await delay(30);
    session.cancel(TIMEOUT);
    if (probe.outcomes.length === 1) throw new Error(await explainIgnored(worker, bench));
    equal(probe.outcomes, ['ok', 'timeout'], 'cancel ends a request with another outcome than the given one');
    await outcome;
    await eventually(
      () => used.some((passage) => passage.open),
      false,
      'cancel leaves the connection open, on which the response may still arrive',
    );
    equal(probe.outcomes.length, 2, 'done is called twice for a canceled request: calls');
  },

  async 'ends a request whose response arrives slowly when it is canceled'({ open, gate, subject }) {
    const { session, probe } = await open();
    await probe.request(0);
    gate.behave({ kind: 'drip' });
    const outcome = probe.request(2);
    await delay(150);
    equal(probe.outcomes.length, 1, 'a request ends before its response is complete: requests that ended');
    session.cancel(TIMEOUT);
    equal(await outcome, 'timeout', 'a request that is canceled within its response has another outcome');
    if (subject.pooled !== true) holds(probe.receivedBytes > 0, 'receivedBytes is not set for a canceled request');
    gate.behave({ kind: 'pass' });
    equal(await probe.request(4), 'ok', 'a session does not work after a cancel');
    await delay(50);
    equal(probe.outcomes, ['ok', 'timeout', 'ok'], 'done is called again for a canceled request');
  },

  async 'ends a request that is still connecting when it is canceled'({ open, gate }) {
    await gate.stop();
    const { session, probe } = await open();
    await gate.start();
    const outcome = probe.request(0);
    session.cancel(ABORTED);
    equal(probe.outcomes, ['aborted'], 'cancel does not end a request that is connecting');
    await outcome;
    equal(await probe.request(2), 'ok', 'a session does not work after the cancel of a request that was connecting');
    equal(probe.outcomes, ['aborted', 'ok'], 'done is called again for a canceled request');
  },

  async 'ends a request that has just started, and its connection, when it is canceled'({
    open,
    gate,
    subject,
    eventually,
  }) {
    if (subject.pooled === true) return; // a pool may use another connection
    const { session, probe } = await open();
    const outcome = probe.request(0);
    session.cancel(ABORTED);
    equal(await outcome, 'aborted', 'a request that is canceled at once has another outcome');
    await eventually(() => gate.open, 0, 'cancel leaves the connection open: open connections');
    await delay(20);
    const used = subject.cancelsOnServer === true ? 2 : 1;
    equal(gate.accepted, used, 'a connection is opened before a request needs it: connections');
    equal(await probe.request(2), 'ok', 'a session does not work after a cancel');
    equal(gate.accepted, used + 1, 'a session uses more than one connection after a cancel: connections');
  },

  async 'accepts the next request within `done` of a canceled one, unaffected by the old response'({
    open,
    gate,
    within,
  }) {
    const { session, probe } = await open();
    await probe.request(0);
    gate.behave({ kind: 'silent' });
    void probe.request(1); // would be a miss
    await delay(30);
    gate.behave({ kind: 'pass' });
    const next = new Promise<void>((resolve) => {
      const record = probe.done.bind(probe);
      probe.done = (outcome) => {
        record(outcome);
        if (probe.outcomes.length === 3) resolve();
        else if (probe.outcomes.length === 2) {
          probe.sequence = 2;
          probe.execute();
        }
      };
    });
    session.cancel(TIMEOUT);
    await within(next, 'a request that was started within done of a canceled one does not end');
    await delay(30);
    equal(probe.outcomes, ['ok', 'timeout', 'ok'], 'a request after a cancel has the response of the canceled one');
  },

  async 'does nothing on a cancel without a request in flight'({ open, passages }) {
    const { session, probe } = await open();
    session.cancel(TIMEOUT);
    await probe.request(0);
    session.cancel(TIMEOUT);
    equal(await probe.request(2), 'ok', 'a cancel without a request in flight affects the next request');
    equal(probe.outcomes, ['ok', 'ok'], 'a cancel without a request in flight calls done');
    equal(passages().length, 1, 'a cancel without a request in flight closes the connection: connections');
  },

  async 'closes the connection'({ open, gate, subject, eventually }) {
    const { session, probe } = await open();
    await probe.request(0);
    equal(gate.open, subject.pooled === true ? 2 : 1, 'a session has more than one open connection');
    await session.close();
    await eventually(() => gate.open, 0, 'close leaves connections open: open connections');
  },

  async 'closes a connection that was never used'({ open, gate, eventually }) {
    const { session } = await open();
    await session.close();
    await session.close();
    await eventually(() => gate.open, 0, 'close leaves an unused connection open: open connections');
  },

  async 'closes a session that never had a connection'({ open, gate }) {
    await gate.stop();
    const { session } = await open();
    await session.close();
  },

  async 'reopens the connection after a reconnect'({ open, gate, subject, eventually }) {
    if (subject.pooled === true) return;
    const { session, probe } = await open();
    equal(await probe.request(0), 'ok', 'a request before a reconnect has another outcome');
    session.reconnect();
    session.forget();
    await eventually(() => gate.open, 0, 'reconnect leaves the connection open: open connections');
    equal(await probe.request(2), 'ok', 'a request after a reconnect has another outcome');
    equal(gate.accepted, 2, 'a request after a reconnect does not open a connection: connections');
  },

  async 'stops connecting on a signal'({ driver, gate, eventually }) {
    const session = await driver.connect(AbortSignal.abort()).catch(() => undefined);
    await eventually(() => gate.open, 0, 'connect opens a connection after its signal was aborted: open connections');
    await session?.close();
  },
};

/** Distinguishes a request that ignores its cancel from one that never ends. */
async function explainIgnored({ probe }: TestWorker, { gate, patienceMs }: TestBench): Promise<string> {
  await gate.endConnections();
  const endMs = performance.now() + Math.min(patienceMs, 500);
  while (probe.outcomes.length === 1 && performance.now() < endMs) await delay(10);
  const [, later] = probe.outcomes;
  return later === undefined
    ? 'cancel does not call done: the canceled request never ends'
    : `cancel is ignored: the request ended with its connection, as ${later}`;
}
