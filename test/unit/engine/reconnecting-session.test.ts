import { describe, expect, test } from 'vitest';
import type { Exchange, Operation, Session } from '../../../src/drivers/driver.ts';
import { withReconnects } from '../../../src/engine/reconnecting-session.ts';
import type { ReconnectPlan } from '../../../src/plan/plan.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { operation } from '../drivers/operations.ts';

/** Records calls: `C` for a reconnect, the operation's index for a request. */
function recorder(): { calls: string[]; session: Session } {
  const calls: string[] = [];
  const session: Session = {
    execute: (exchange) => void calls.push(String(exchange.operation)),
    cancel: () => void calls.push('cancel'),
    reconnect: () => void calls.push('C'),
    forget: () => void calls.push('forget'),
    close: async () => void calls.push('close'),
  };
  return { calls, session };
}

function wrap(plan: ReconnectPlan | undefined, operations: readonly Operation[] = [operation()]) {
  const { calls, session } = recorder();
  const clock = new VirtualClock();
  const wrapped = withReconnects([session], plan, operations, clock)[0]!; // one for each
  const send = (...sent: readonly number[]): void => {
    for (const index of sent) wrapped.execute({ operation: index } as Exchange); // the session reads nothing else
  };
  return { calls, session, wrapped, clock, send };
}

describe('a session that reconnects', () => {
  test('after one request, or a number of them', () => {
    const each = wrap({ kind: 'requests', requests: 1 });
    each.send(0, 0, 0);
    expect(each.calls).toEqual(['0', 'C', '0', 'C', '0']);
    const third = wrap({ kind: 'requests', requests: 3 });
    third.send(0, 0, 0, 0, 0, 0, 0);
    expect(third.calls.join('')).toBe('000C000C0');
  });

  test('counts from a reconnect by the engine', () => {
    const { calls, send, wrapped } = wrap({ kind: 'requests', requests: 3 });
    send(0, 0);
    wrapped.reconnect();
    send(0, 0, 0, 0);
    expect(calls.join('')).toBe('00C000C0');
  });

  test('after a duration, with the next request', () => {
    const { calls, send, clock } = wrap({ kind: 'age', ms: 100 });
    clock.pass(1000);
    send(0);
    clock.pass(99);
    send(0);
    clock.pass(1);
    send(0);
    clock.pass(500);
    send(0);
    expect(calls.join('')).toBe('00C0C0');
  });

  test('keeps the connection of a transaction', () => {
    const begin = operation({ transaction: { kind: 'begin', isolation: undefined, readOnly: false } });
    const commit = operation({ transaction: { kind: 'commit' } });
    const { calls, send } = wrap({ kind: 'requests', requests: 1 }, [begin, operation(), commit]);
    send(0, 1, 1, 2, 0, 1, 2, 1);
    expect(calls.join('')).toBe('0112C012C1');
  });

  test('is the session itself without a plan, or with one of iterations', () => {
    const { session } = recorder();
    expect(withReconnects([session], undefined, [], new VirtualClock())).toEqual([session]);
    expect(withReconnects([session], { kind: 'iteration' }, [], new VirtualClock())[0]).toBe(session);
  });

  test('passes the other calls on', async () => {
    const { calls, wrapped } = wrap({ kind: 'requests', requests: 1 });
    wrapped.cancel(1);
    wrapped.forget();
    await wrapped.close();
    expect(calls).toEqual(['cancel', 'forget', 'close']);
  });
});
