import { expect, test } from 'vitest';
import { Uplink } from '../../../src/fleet/agent/uplink.ts';
import { encodeEnvelope } from '../../../src/fleet/wire/envelope.ts';
import { MemoryNetwork } from '../../memory-bus/memory-network.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const LEASE_MS = 10_000;
const REPLY = { revision: 0, want: 'run', phases: 0, applied: 0, watermarks: [], leaseMs: LEASE_MS };

/** Connects an agent, with one message, to a coordinator with these answers; `undefined`: no answer. */
function connect(answerTo: (message: number) => object | undefined) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: () => 5 } });
  const messages: number[] = [];
  network.join('coordinator').subscribe('up', ({ respond }) => {
    const answer = answerTo(messages.push(clock.nowMs()));
    if (answer !== undefined) respond?.(encodeEnvelope(answer));
  });
  let leaseEndedMs: number | undefined;
  const uplink = new Uplink({
    bus: network.join('agent'),
    clock,
    subject: 'up',
    leaseMs: LEASE_MS,
    onReply: () => {},
    onIdle: () => {},
    onLeaseEnded: () => (leaseEndedMs = clock.nowMs()),
  });
  uplink.send(() => new Uint8Array(1));
  const passTo = async (untilMs: number): Promise<void> => {
    while (clock.nowMs() < untilMs) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.pass(1);
    }
  };
  return { messages, uplink, passTo, leaseEndedMs: () => leaseEndedMs };
}

test('an agent that waits for the others of its fleet asks the coordinator once a second, and keeps its lease', async () => {
  const { messages, uplink, passTo, leaseEndedMs } = connect(() => REPLY);
  await passTo(3 * LEASE_MS);
  expect(messages.length).toBeGreaterThan(28);
  expect(messages.length).toBeLessThanOrEqual(30);
  expect(leaseEndedMs()).toBeUndefined();
  expect(uplink.isIdle).toBe(false);
});

test('an event of an agent that waits is sent at once', async () => {
  const { messages, uplink, passTo } = connect((message) => ({ ...REPLY, applied: message - 1 }));
  await passTo(100);
  uplink.hurry();
  await passTo(200);
  expect(messages).toEqual([5, 105]);
  expect(uplink.isIdle).toBe(true);
});

test('the lease ends its time after the last answer', async () => {
  const { passTo, leaseEndedMs } = connect((message) => (message <= 3 ? REPLY : undefined));
  await passTo(3 * LEASE_MS);
  // Messages at 5, 1015 and 2025 ms were answered.
  expect(leaseEndedMs()).toBe(2030 + LEASE_MS);
});

test('an agent that does not know the state that its coordinator wants stops at the end of its lease', async () => {
  const { uplink, passTo, leaseEndedMs } = connect(() => ({ ...REPLY, applied: 1, want: 'later' }));
  await passTo(2 * LEASE_MS);
  expect(leaseEndedMs()).toBe(LEASE_MS);
  expect(uplink.isIdle).toBe(false);
});
