import { beforeEach, describe, expect, test } from 'vitest';
import type { Bus, BusError, BusStatus } from '../../../../src/fleet/bus/bus.ts';
import { exponentialDelay, type MemoryFaults, uniformDelay } from '../../../memory-bus/memory-faults.ts';
import { MemoryNetwork, type MemoryNetworkOptions } from '../../../memory-bus/memory-network.ts';
import { settle } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

const TEN_MS = { delayMs: () => 10 };
let clock: VirtualClock;

beforeEach(() => {
  clock = new VirtualClock();
});

function openNetwork(faults: Partial<MemoryFaults> = {}, options: Partial<MemoryNetworkOptions> = {}): MemoryNetwork {
  return new MemoryNetwork({ clock, faults, ...options });
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Messages of a subscription as text, in the order of their arrival. */
function collect(bus: Bus, subject: string): string[] {
  const texts: string[] = [];
  bus.subscribe(subject, ({ data }) => texts.push(Buffer.from(data).toString()));
  return texts;
}

function answer(bus: Bus, subject: string, text: string): void {
  bus.subscribe(subject, ({ respond }) => respond?.(bytes(text)));
}

/** The answer to a request, or the code of its error. */
async function ask(bus: Bus, subject: string, timeoutMs = 1000): Promise<string> {
  return bus.request(subject, bytes('?'), timeoutMs).then(
    (data) => Buffer.from(data).toString(),
    (error: unknown) => (error as BusError).code,
  );
}

describe('time', () => {
  test('a message takes its delay, and an answer another one', async () => {
    const network = openNetwork(TEN_MS);
    const [one, two] = [network.join('one'), network.join('two')];
    const texts = collect(two, 'news');
    answer(two, 'question', 'yes');
    one.publish('news', bytes('a'));
    clock.pass(9);
    expect(texts).toEqual([]);
    clock.pass(1);
    expect(texts).toEqual(['a']);
    let answered: string | undefined;
    void ask(one, 'question').then((text) => (answered = text));
    clock.pass(19);
    await settle();
    expect(answered).toBeUndefined();
    clock.pass(1);
    await settle();
    expect(answered).toBe('yes');
  });

  test('a request without responders fails after one round trip, without an answer after its timeout', async () => {
    const network = openNetwork(TEN_MS);
    const [one, two] = [network.join('one'), network.join('two')];
    two.subscribe('silent', () => undefined);
    const ends: string[] = [];
    for (const subject of ['absent', 'silent']) {
      void ask(one, subject, 500).then((end) => ends.push(`${subject} ${end} ${clock.nowMs()}`));
    }
    for (let ms = 0; ms < 600; ms++) {
      clock.pass(1);
      await settle();
    }
    expect(ends).toEqual(['absent no_responders 20', 'silent timeout 500']);
  });

  test('nothing is delivered within the call that sends it', () => {
    const network = openNetwork();
    const bus = network.join('one');
    const texts = collect(bus, 'self');
    bus.publish('self', bytes('a'));
    expect(texts).toEqual([]);
    clock.pass(0);
    expect(texts).toEqual(['a']);
  });
});

describe('faults', () => {
  /** Numbers from 0 as they arrive. */
  function sendNumbers(faults: Partial<MemoryFaults>, count: number, seed = 7): readonly number[] {
    const network = openNetwork(faults, { seed });
    const [one, two] = [network.join('one'), network.join('two')];
    const texts = collect(two, 'n');
    for (let n = 0; n < count; n++) one.publish('n', bytes(String(n)));
    clock.pass(10_000);
    return texts.map(Number);
  }

  const isSorted = (numbers: readonly number[]): boolean => numbers.every((n, at) => at === 0 || numbers[at - 1]! <= n);

  test('without reordering, messages between two members keep their order under any delay', () => {
    const numbers = sendNumbers({ delayMs: exponentialDelay(1, 50) }, 2000);
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  });

  test('reordered messages arrive once each', () => {
    const numbers = sendNumbers({ delayMs: uniformDelay(1, 50), reordered: 0.1 }, 2000);
    expect(isSorted(numbers)).toBe(false);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  });

  test('lose and duplicate their share', () => {
    const lost = sendNumbers({ lostPublishes: 0.2 }, 10_000);
    expect(lost.length).toBeGreaterThan(7800);
    expect(lost.length).toBeLessThan(8200);
    const twice = sendNumbers({ duplicated: 0.2 }, 10_000);
    expect(new Set(twice).size).toBe(10_000);
    expect(twice.length).toBeGreaterThan(11_800);
    expect(twice.length).toBeLessThan(12_200);
  });

  test('follow from the seed', () => {
    const faults = { delayMs: uniformDelay(0, 20), lostPublishes: 0.1, duplicated: 0.1, reordered: 0.1 };
    expect(sendNumbers(faults, 500, 3)).toEqual(sendNumbers(faults, 500, 3));
    expect(sendNumbers(faults, 500, 3)).not.toEqual(sendNumbers(faults, 500, 4));
  });

  test('lost requests never reach their receiver, lost replies do', async () => {
    for (const [fault, received] of [
      ['lostRequests', 0],
      ['lostReplies', 1],
    ] as const) {
      const network = openNetwork({ [fault]: 1 });
      const [one, two] = [network.join('one'), network.join('two')];
      let calls = 0;
      two.subscribe('question', ({ respond }) => {
        calls++;
        respond?.(bytes('yes'));
      });
      const end = ask(one, 'question', 100);
      clock.pass(100);
      expect([fault, await end, calls]).toEqual([fault, 'timeout', received]);
    }
  });

  test('can change during a run', () => {
    const network = openNetwork({ lostPublishes: 1 });
    const [one, two] = [network.join('one'), network.join('two')];
    const texts = collect(two, 'n');
    one.publish('n', bytes('a'));
    network.setFaults({ lostPublishes: 0 });
    one.publish('n', bytes('b'));
    clock.pass(1);
    expect(texts).toEqual(['b']);
    expect(network.counts).toEqual({ sent: 2, delivered: 1, lost: 1, duplicated: 0 });
  });
});

describe('partitions', () => {
  test('lose messages both ways without a sign, also those in flight, until they heal', async () => {
    const network = openNetwork(TEN_MS);
    const [one, two, three] = [network.join('one'), network.join('two'), network.join('three')];
    const texts = collect(two, 'n');
    const others = collect(three, 'n');
    answer(two, 'question', 'yes');
    one.publish('n', bytes('in flight'));
    clock.pass(5);
    const heal = network.partition(['two'], ['one']);
    one.publish('n', bytes('cut off'));
    three.publish('n', bytes('from three'));
    const end = ask(one, 'question', 50);
    clock.pass(100);
    expect(await end).toBe('timeout');
    expect(two.status).toBe('connected');
    expect(texts).toEqual(['from three']);
    expect(others).toEqual(['in flight', 'cut off', 'from three']);
    heal();
    one.publish('n', bytes('healed'));
    clock.pass(10);
    expect(texts).toEqual(['from three', 'healed']);
  });

  test('without a second group separate members from all others and the store, but not from each other', async () => {
    const network = openNetwork();
    const [one, two, three] = [network.join('one'), network.join('two'), network.join('three')];
    const [ofTwo, ofThree] = [collect(two, 'n'), collect(three, 'n')];
    network.partition(['one', 'two']);
    one.publish('n', bytes('a'));
    const put = one.lastStates?.put('lb1.s.x', bytes('a')).catch((error: unknown) => (error as BusError).code);
    clock.pass(5000);
    expect([ofTwo, ofThree]).toEqual([['a'], []]);
    expect(await put).toBe('timeout');
  });
});

describe('members', () => {
  test('a disconnected member is no responder, and loses only what is sent meanwhile', async () => {
    const network = openNetwork(TEN_MS);
    const [one, two] = [network.join('one'), network.join('two')];
    const texts = collect(two, 'n');
    const statuses: BusStatus[] = [];
    two.onStatus((status) => statuses.push(status));
    network.disconnect('two');
    one.publish('n', bytes('a'));
    const end = ask(one, 'n');
    clock.pass(20);
    expect(await end).toBe('no_responders');
    expect(await ask(two, 'n')).toBe('disconnected');
    two.publish('n', bytes('dropped'));
    network.reconnect('two');
    one.publish('n', bytes('b'));
    clock.pass(10);
    expect(texts).toEqual(['b']);
    expect(statuses).toEqual(['reconnecting', 'connected']);
  });

  test('a killed member runs no callback, and none of its promises settles', async () => {
    const network = openNetwork(TEN_MS);
    const [one, two] = [network.join('one'), network.join('two')];
    const texts = collect(two, 'n');
    one.subscribe('silent', () => undefined);
    const settled: string[] = [];
    two.onStatus((status) => settled.push(status));
    void ask(two, 'silent', 50).then((end) => settled.push(end));
    one.publish('n', bytes('a'));
    network.kill('two');
    void ask(two, 'silent', 50).then((end) => settled.push(end));
    void two.lastStates?.get('lb1.s.x').then(
      () => settled.push('states'),
      () => settled.push('no states'),
    );
    two.publish('silent', bytes('b'));
    const end = ask(one, 'n');
    clock.pass(20);
    expect(await end).toBe('no_responders');
    network.down();
    clock.pass(1000);
    await settle();
    expect([texts, settled]).toEqual([[], []]);
  });

  test('without a server all of them are reconnecting, and they come back one after the other', async () => {
    const network = openNetwork({ delayMs: () => 10, reconnectMs: uniformDelay(100, 200) });
    const buses = Array.from({ length: 50 }, (_, n) => network.join(`m${n}`));
    const connected = (): number => buses.filter(({ status }) => status === 'connected').length;
    buses[1]?.subscribe('silent', () => undefined);
    const end = ask(buses[0]!, 'silent');
    network.down();
    expect(await end).toBe('disconnected');
    expect([connected(), network.join('late').status]).toEqual([0, 'reconnecting']);
    network.up();
    clock.pass(99);
    expect(connected()).toBe(0);
    clock.pass(51);
    expect(connected()).toBeGreaterThan(10);
    expect(connected()).toBeLessThan(40);
    clock.pass(50);
    expect(connected()).toBe(50);
  });
});

test('1,000 members exchange 20,000 messages a second', async () => {
  const network = openNetwork({ delayMs: exponentialDelay(0.2, 1) });
  const coordinator = network.join('coordinator');
  let frames = 0;
  coordinator.subscribe('run.up.*', ({ data, respond }) => {
    frames++;
    respond?.(data);
  });
  const agents = Array.from({ length: 1000 }, (_, n) => network.join(`a${n}`));
  let edges = 0;
  for (const agent of agents) agent.subscribe('run.all', () => edges++);
  const answers: Promise<Uint8Array>[] = [];
  for (let second = 0; second < 3; second++) {
    coordinator.publish('run.all', new Uint8Array(100));
    for (const [n, agent] of agents.entries()) {
      for (let k = 0; k < 9; k++) answers.push(agent.request(`run.up.a${n}`, new Uint8Array(20), 5000));
    }
    clock.pass(1000);
  }
  await Promise.all(answers);
  expect([frames, edges, network.counts.sent]).toEqual([27_000, 3000, 57_000]);
});
