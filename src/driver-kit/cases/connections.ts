import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../../shared/outcome.ts';
import { equal, holds } from '../assert.ts';
import type { CaseBody } from '../bench.ts';

const TIMEOUT = failure('timeout');
const RETRIED = 'a request is sent again after its connection was lost: requests that reached the server';

/** Cases of targets that are not there, and of connections that break, by name. */
export const CONNECTION_CASES: Readonly<Record<string, CaseBody>> = {
  async 'fails requests as refused, not connect, until an unreachable target is back'({ open, gate, server }) {
    await gate.stop();
    const { probe } = await open();
    equal(await probe.request(0), 'refused', 'a request to a port where nothing listens has another outcome');
    holds(probe.failure instanceof Error, 'failure is not an Error when a request fails');
    equal(await probe.request(2), 'refused', 'a second request to a port where nothing listens has another outcome');
    await gate.start();
    equal(await probe.request(4), 'ok', 'a session does not connect again when the target is back');
    equal(await server.served(), 1, RETRIED);
  },

  async 'fails only the requests while the target is down'({ open, gate }) {
    const { probe } = await open();
    await probe.request(0);
    await gate.stop();
    await delay(20);
    equal(await probe.request(2), 'refused', 'a request while the target is down has another outcome');
    await gate.start();
    equal(await probe.request(4), 'ok', 'a session does not connect again when the target is back');
  },

  async 'fails requests as dns when the name does not resolve'({ open, gate, server, subject }) {
    const { probe } = await open(subject.factory(server.options('nothing.invalid', gate.port)));
    equal(await probe.request(0), 'dns', 'a request to a name that does not resolve has another outcome');
    equal(await probe.request(2), 'dns', 'a second request to a name that does not resolve has another outcome');
  },

  async 'counts a connection that breaks before the response as a reset, without a retry'({
    open,
    gate,
    server,
    subject,
  }) {
    const { probe } = await open();
    await probe.request(0);
    const before = gate.accepted;
    gate.behave({ kind: 'reset' });
    const outcome = await probe.request(2);
    holds(outcome !== 'ok', 'reports ok for an error: the connection was reset before the response');
    equal(outcome, 'reset', 'a request whose connection was reset has another outcome');
    await delay(20);
    if (subject.pooled !== true)
      equal(gate.accepted, before, 'a connection is opened before a request needs it: connections');
    gate.behave({ kind: 'pass' });
    equal(await probe.request(4), 'ok', 'a session does not connect again after a reset');
    equal(await server.served(), 2, RETRIED);
  },

  async 'counts a connection that breaks in the middle of the response as a reset, without a retry'({
    open,
    gate,
    server,
  }) {
    const { probe } = await open();
    await probe.request(0);
    gate.behave({ kind: 'cut', afterBytes: 20_000 });
    const outcome = await probe.request(2);
    holds(outcome !== 'ok', 'reports ok for an error: the connection was reset in the middle of the response');
    equal(outcome, 'reset', 'a request whose connection was reset in the middle of the response has another outcome');
    gate.behave({ kind: 'pass' });
    await delay(20);
    equal(await server.served(), 2, RETRIED);
    equal(await probe.request(4), 'ok', 'a session does not connect again after a reset');
    equal(await server.served(), 3, RETRIED);
  },

  async 'reopens a connection that ends between two requests, without an error'({ open, gate, server, subject }) {
    const { probe } = await open();
    for (let n = 0; n < 5; n++) {
      equal(
        await probe.request(n * 2),
        'ok',
        'a request after the server has closed the connection has another outcome',
      );
      await gate.endConnections();
      await delay(10);
    }
    equal(await server.served(), 5, RETRIED);
    if (subject.pooled !== true)
      equal(gate.accepted, 5, 'a connection is opened before a request needs it: connections');
  },

  async 'reopens a connection that ends before the first request, without an error'({ open, gate, subject }) {
    const { probe } = await open();
    await gate.endConnections();
    equal(await probe.request(0), 'ok', 'a request after the server has closed the connection has another outcome');
    if (subject.pooled !== true)
      equal(gate.accepted, 2, 'connect does not open the connection ahead of the first request: connections');
  },

  async 'counts invalid data as an error'({ open, gate, subject }) {
    const { session, probe } = await open();
    await probe.request(0);
    gate.behave({ kind: 'garbage' });
    const outcome = probe.request(2);
    if (subject.garbageClass === 'timeout') {
      await delay(50);
      equal(probe.outcomes, ['ok'], 'a request that was answered with invalid data has ended');
      session.cancel(TIMEOUT);
    }
    const ended = await outcome;
    holds(ended !== 'ok', 'reports ok for an error: the response was not of the protocol');
    equal(ended, subject.garbageClass, 'a request that was answered with invalid data has another outcome');
    gate.behave({ kind: 'pass' });
    equal(await probe.request(4), 'ok', 'a session does not work again after invalid data');
  },
};
