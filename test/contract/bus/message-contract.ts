import { describe, expect, test } from 'vitest';
import type { Bus } from '../../../src/fleet/bus/bus.ts';
import { answer, ask, askMany, codeOf, collect, decode, encode, refusalOf, synchronize } from './members.ts';

/** Messages and requests between members of a server that runs. */
export function describeMessages(join: (name: string) => Promise<Bus>): void {
  describe('messages', () => {
    test('reach every subscription that matches their subject', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const subjects = ['a', 'a.b', 'a.b.c', 'a.x', 'a.x.c', 'b.b'];
      const matches: Readonly<Record<string, readonly string[]>> = {
        a: ['a'],
        'a.b': ['a.b'],
        'a.*': ['a.b', 'a.x'],
        '*.b': ['a.b', 'b.b'],
        'a.*.c': ['a.b.c', 'a.x.c'],
        'a.>': ['a.b', 'a.b.c', 'a.x', 'a.x.c'],
        'a.b.>': ['a.b.c'],
        '*.*': ['a.b', 'a.x', 'b.b'],
        '*.x.>': ['a.x.c'],
      };
      const received = new Map(Object.keys(matches).map((pattern) => [pattern, collect(two, pattern)]));
      await synchronize(two);
      for (const subject of subjects) one.publish(subject, encode('!'));
      await synchronize(one);
      await synchronize(two);
      for (const [pattern, expected] of Object.entries(matches)) {
        expect([pattern, received.get(pattern)]).toEqual([pattern, expected.map((subject) => `${subject} !`)]);
      }
    });

    test('of one publisher arrive in order, also in a subscription to many subjects', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const texts = collect(two, 'n.*');
      await synchronize(two);
      for (let n = 0; n < 10_000; n++) one.publish(`n.${n % 7}`, encode(String(n)));
      await expect.poll(() => texts.length).toBe(10_000);
      expect(texts).toEqual(Array.from({ length: 10_000 }, (_, n) => `n.${n % 7} ${n}`));
    });

    test('reach their own publisher, and expect no answer', async () => {
      const bus = await join('one');
      const expectsAnswer: boolean[] = [];
      bus.subscribe('self', ({ respond }) => expectsAnswer.push(respond !== undefined));
      bus.publish('self', encode('a'));
      await synchronize(bus);
      expect(expectsAnswer).toEqual([false]);
    });

    test('of up to the largest size arrive whole, larger ones are refused', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const largest = Buffer.alloc(one.maxPayload, 'abcdefg');
      const tooLarge = new Uint8Array(one.maxPayload + 1);
      expect(one.maxPayload).toBeGreaterThanOrEqual(2 ** 16);
      const received: boolean[] = [];
      two.subscribe('large', ({ data, respond }) => {
        received.push(largest.equals(data));
        if (respond === undefined) return;
        expect(refusalOf(() => respond(tooLarge))).toBe('refused');
        respond(data);
      });
      await synchronize(two);
      one.publish('large', largest);
      const answered = await one.request('large', largest, 60_000);
      expect([received, largest.equals(answered)]).toEqual([[true, true], true]);
      expect(refusalOf(() => one.publish('large', tooLarge))).toBe('refused');
      expect(await one.request('large', tooLarge, 60_000).catch(codeOf)).toBe('refused');
      expect(await one.requestMany('large', tooLarge, 60_000, () => undefined).catch(codeOf)).toBe('refused');
      expect(await ask(one, 'nowhere')).toBe('no_responders');
    });

    test('end with their subscription', async () => {
      const bus = await join('one');
      const texts: string[] = [];
      const end = bus.subscribe('news', () => texts.push('ended'));
      const others = collect(bus, 'news');
      end();
      end();
      bus.publish('news', encode('a'));
      await synchronize(bus);
      expect([texts, others]).toEqual([[], ['news a']]);
    });

    test.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a\r\nPUB x 0', 'é', 'a.\u0000'])(
      'are refused with the subject %j',
      async (subject) => {
        const bus = await join('one');
        const { lastStates } = bus;
        expect(refusalOf(() => bus.publish(subject, encode('?')))).toBe('refused');
        expect(refusalOf(() => bus.subscribe(subject, () => undefined))).toBe('refused');
        expect(await ask(bus, subject)).toBe('refused');
        expect(await lastStates?.put(subject, encode('?')).catch(codeOf)).toBe('refused');
      },
    );

    test('cannot be published with wildcards, and > only ends a pattern', async () => {
      const bus = await join('one');
      for (const subject of ['a.*', 'a.>', '*', '>']) {
        expect([subject, refusalOf(() => bus.publish(subject, encode('?')))]).toEqual([subject, 'refused']);
      }
      for (const pattern of ['a.>.b', 'a>', '>.a', 'a*', '*a.b']) {
        expect([pattern, refusalOf(() => bus.subscribe(pattern, () => undefined))]).toEqual([pattern, 'refused']);
      }
    });

    test('reach each of 1,000 subscriptions', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const received: number[] = Array.from({ length: 1000 }, () => 0);
      for (const n of received.keys()) {
        two.subscribe(`agents.${n}`, ({ respond }) => {
          received[n]!++;
          respond?.(encode(String(n)));
        });
      }
      await synchronize(two);
      for (const n of received.keys()) one.publish(`agents.${n}`, encode('!'));
      const answers = await Promise.all([...received.keys()].map((n) => ask(one, `agents.${n}`)));
      expect(answers).toEqual(Array.from({ length: 1000 }, (_, n) => String(n)));
      expect(new Set(received)).toEqual(new Set([2]));
    });
  });

  describe('requests', () => {
    test('get the first answer', async () => {
      const [one, two] = [await join('one'), await join('two')];
      two.subscribe('twice', ({ respond }) => {
        respond?.(encode('first'));
        respond?.(encode('second'));
      });
      await synchronize(two);
      expect(await ask(one, 'twice')).toBe('first');
      const numbers = Array.from({ length: 500 }, (_, n) => String(n));
      two.subscribe('echo', ({ data, respond }) => respond?.(data));
      await synchronize(two);
      const echoed = await Promise.all(numbers.map((text) => one.request('echo', encode(text), 60_000)));
      expect(echoed.map((data) => decode(data))).toEqual(numbers);
    });

    test('may be answered later, and with an empty answer', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const waiting: ((data: Uint8Array) => void)[] = [];
      two.subscribe('later', ({ respond }) => {
        if (respond !== undefined) waiting.push(respond);
      });
      await synchronize(two);
      const pending = ask(one, 'later');
      await expect.poll(() => waiting.length).toBe(1);
      waiting[0]?.(new Uint8Array());
      expect(await pending).toBe('');
    });

    test('fail without responders long before their timeout', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const end = two.subscribe('a.*', () => undefined);
      await synchronize(two);
      expect(await ask(one, 'b')).toBe('no_responders');
      end();
      await synchronize(two);
      expect(await ask(one, 'a.b')).toBe('no_responders');
    });

    test('time out without an answer, and a late answer has no effect', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const waiting: ((data: Uint8Array) => void)[] = [];
      two.subscribe('late', ({ respond }) => {
        if (respond !== undefined) waiting.push(respond);
      });
      answer(two, 'question', 'yes');
      await synchronize(two);
      expect(await ask(one, 'late', 100)).toBe('timeout');
      await expect.poll(() => waiting.length).toBe(1);
      waiting[0]?.(encode('late'));
      expect(await ask(one, 'question')).toBe('yes');
    });

    test('to many collect 0, 1 and 100 answers', async () => {
      const [one, two, three] = [await join('one'), await join('two'), await join('three')];
      const names = Array.from({ length: 100 }, (_, n) => `a${String(n).padStart(2, '0')}`);
      for (const [n, name] of names.entries()) answer(n % 2 === 0 ? two : three, 'who.all', name);
      answer(two, 'who.single', 'only');
      two.subscribe('who.silent', () => undefined);
      await Promise.all([synchronize(two), synchronize(three)]);
      const [all, single, silent, absent] = await Promise.all(
        ['who.all', 'who.single', 'who.silent', 'who.absent'].map((to) => askMany(one, to, 5000)),
      );
      expect(all?.toSorted()).toEqual(names);
      expect([single, silent, absent]).toEqual([['only'], [], []]);
    });

    test('to many get no answer after their time', async () => {
      const [one, two] = [await join('one'), await join('two')];
      const waiting: ((data: Uint8Array) => void)[] = [];
      two.subscribe('who', ({ respond }) => {
        respond?.(encode('in time'));
        if (respond !== undefined) waiting.push(respond);
      });
      await synchronize(two);
      const answers: string[] = [];
      await one.requestMany('who', encode('?'), 2000, (data) => answers.push(decode(data)));
      waiting[0]?.(encode('late'));
      await synchronize(two);
      await synchronize(one);
      expect(answers).toEqual(['in time']);
    });
  });
}
