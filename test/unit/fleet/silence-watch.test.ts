import { describe, expect, it } from 'vitest';
import type { BusStatus } from '../../../src/fleet/bus/bus.ts';
import { noAnswer, noResponders } from '../../../src/fleet/bus/bus-errors.ts';
import type { Commander } from '../../../src/fleet/coordinator/commander.ts';
import type { FleetMember } from '../../../src/fleet/coordinator/fleet-member.ts';
import { SilenceWatch } from '../../../src/fleet/coordinator/silence-watch.ts';
import { VirtualClock } from '../../virtual-clock.ts';

interface Loss {
  readonly atMs: number;
  readonly reason: string;
}

/**
 * A watch over one agent, which is silent from the beginning.
 * @param isOnBus whether it subscribes at a time
 * @param answer answer of a process with its name, if there is one
 */
function watchSilence(isOnBus: (nowMs: number) => boolean, answer?: 'alive' | 'restarted') {
  const clock = new VirtualClock();
  const bus = { status: 'connected' as BusStatus };
  const losses: Loss[] = [];
  const busLostMs: number[] = [];
  const member = { isLost: false };
  const probe: Commander['probe'] = () => {
    if (answer !== undefined) return Promise.resolve(answer);
    return Promise.reject(isOnBus(clock.nowMs()) ? noAnswer('agent', 1000) : noResponders('agent'));
  };
  const watch = new SilenceWatch({
    bus: bus as never,
    clock,
    members: () => [[member as unknown as FleetMember, { probe } as unknown as Commander]],
    onLost: (_, reason) => {
      member.isLost = true;
      losses.push({ atMs: clock.nowMs(), reason });
    },
    onBusLost: () => busLostMs.push(clock.nowMs()),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms / 50; step++) {
      clock.pass(50);
      await Promise.resolve().then(() => {});
    }
  };
  return { bus, losses, busLostMs, pass, hears: () => watch.heard(member as unknown as FleetMember) };
}

describe('a silent agent', () => {
  it('that is no longer on the bus is lost after 5 s', async () => {
    const { losses, pass } = watchSilence(() => false);
    await pass(5000);
    expect(losses).toEqual([]);
    await pass(500);
    expect(losses).toEqual([{ atMs: expect.any(Number), reason: 'is no longer on the bus' }]);
  });

  it('that is still on the bus is lost after 10 s', async () => {
    const { losses, pass } = watchSilence(() => true);
    await pass(10_000);
    expect(losses).toEqual([]);
    await pass(500);
    expect(losses).toEqual([{ atMs: expect.any(Number), reason: 'did not report for 10 s' }]);
  });

  it('that was restarted is lost after 2 s', async () => {
    const { losses, pass } = watchSilence(() => true, 'restarted');
    await pass(2000);
    expect(losses).toEqual([]);
    await pass(500);
    expect(losses).toEqual([{ atMs: expect.any(Number), reason: 'was restarted' }]);
  });

  it('that answers is lost after 10 s', async () => {
    const { losses, pass } = watchSilence(() => true, 'alive');
    await pass(10_000);
    expect(losses).toEqual([]);
    await pass(500);
    expect(losses.map(({ reason }) => reason)).toEqual(['did not report for 10 s']);
  });

  it('has 4 s to reconnect after the bus returned', async () => {
    const returnedMs = 6000;
    const { bus, losses, busLostMs, pass, hears } = watchSilence((nowMs) => nowMs > returnedMs + 4000);
    bus.status = 'reconnecting';
    await pass(returnedMs);
    bus.status = 'connected';
    await pass(4000);
    hears();
    await pass(1000);
    expect([losses, busLostMs]).toEqual([[], []]);
  });

  it('is lost if it does not reconnect after the bus returned', async () => {
    const { bus, losses, pass } = watchSilence(() => false);
    bus.status = 'reconnecting';
    await pass(3000);
    bus.status = 'connected';
    await pass(11_000);
    expect(losses.map(({ reason }) => reason)).toEqual(['is no longer on the bus']);
  });
});

it('a bus that is away for 10 s is lost', async () => {
  const { bus, losses, busLostMs, pass } = watchSilence(() => true);
  bus.status = 'reconnecting';
  await pass(10_000);
  expect(busLostMs).toEqual([]);
  await pass(500);
  expect(busLostMs.length).toBeGreaterThan(0);
  expect(losses).toEqual([]);
});
