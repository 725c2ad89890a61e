import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bus, BusStatus } from '../../../src/fleet/bus/bus.ts';
import type { BusServer, BusSubject } from './bus-subject.ts';
import { describeMessages } from './message-contract.ts';
import { answer, ask, askMany, codeOf, collect, decode, encode, reach, refusalOf, synchronize } from './members.ts';

/** Behavior of all buses, according to their contract. */
export function describeBus(subject: BusSubject): void {
  describe(`bus contract: ${subject.name}`, () => {
    let server: BusServer;
    const members: Bus[] = [];

    beforeEach(async () => {
      server = await subject.start();
    });

    afterEach(async () => {
      await Promise.all(members.splice(0).map((member) => member.close()));
      await server.stop();
    });

    async function join(name: string): Promise<Bus> {
      const member = await server.join(name);
      members.push(member);
      return member;
    }

    describeMessages(join);

    describe('when the server is killed and started again', () => {
      test('the status changes, and subscriptions continue', async () => {
        const [one, two] = [await join('one'), await join('two')];
        const statuses: BusStatus[] = [];
        two.onStatus((status) => statuses.push(status));
        const texts = collect(two, 'news.*');
        answer(two, 'question', 'yes');
        await synchronize(two);
        expect(one.status).toBe('connected');
        await server.kill();
        await Promise.all([reach(one, 'reconnecting'), reach(two, 'reconnecting')]);
        await server.restart();
        await Promise.all([reach(one, 'connected'), reach(two, 'connected')]);
        await synchronize(two);
        one.publish('news.a', encode('after'));
        expect(await ask(one, 'question')).toBe('yes');
        expect(texts).toEqual(['news.a after']);
        expect(statuses).toEqual(['reconnecting', 'connected']);
      });

      test('pending requests fail, and so do requests meanwhile', async () => {
        const [one, two] = [await join('one'), await join('two')];
        two.subscribe('silent', () => undefined);
        await synchronize(two);
        const pending = ask(one, 'silent');
        const many = askMany(one, 'silent', 60_000).catch(codeOf);
        await synchronize(one);
        await server.kill();
        expect([await pending, await many]).toEqual(['disconnected', 'disconnected']);
        await reach(one, 'reconnecting');
        expect(await ask(one, 'silent')).toBe('disconnected');
        expect(await askMany(one, 'silent', 60_000).catch(codeOf)).toBe('disconnected');
      });

      test('messages published meanwhile are dropped, and subscriptions made meanwhile work', async () => {
        const [one, two] = [await join('one'), await join('two')];
        const early = collect(two, 'news');
        await synchronize(two);
        await server.kill();
        await Promise.all([reach(one, 'reconnecting'), reach(two, 'reconnecting')]);
        for (let n = 0; n < 1000; n++) one.publish('news', new Uint8Array(1000));
        const late = collect(two, 'news');
        await server.restart();
        await Promise.all([reach(one, 'connected'), reach(two, 'connected')]);
        await synchronize(two);
        one.publish('news', encode('after'));
        await synchronize(one);
        await synchronize(two);
        expect([early, late]).toEqual([['news after'], ['news after']]);
      });
    });

    describe('close', () => {
      test('ends subscriptions, pending requests and the status', async () => {
        const [one, two] = [await join('one'), await join('two')];
        two.subscribe('silent', () => undefined);
        answer(one, 'question', 'yes');
        await Promise.all([synchronize(one), synchronize(two)]);
        const statuses: BusStatus[] = [];
        one.onStatus((status) => statuses.push(status));
        const pending = ask(one, 'silent');
        const many = askMany(one, 'silent', 60_000).catch(codeOf);
        await one.close();
        expect([await pending, await many, one.status]).toEqual(['disconnected', 'disconnected', 'closed']);
        expect(statuses).toEqual(['closed']);
        expect(await ask(two, 'question')).toBe('no_responders');
        expect(await ask(one, 'question')).toBe('disconnected');
        expect(refusalOf(() => one.subscribe('question', () => undefined))).toBe('disconnected');
        one.publish('question', encode('dropped'));
        await one.close();
        expect(statuses).toEqual(['closed']);
      });

      test('sends the messages published before', async () => {
        const [one, two] = [await join('one'), await join('two')];
        const texts = collect(two, 'news');
        await synchronize(two);
        for (let n = 0; n < 100; n++) one.publish('news', encode(String(n)));
        await one.close();
        await expect.poll(() => texts.length).toBe(100);
      });

      test('ends while the server is away', async () => {
        const one = await join('one');
        await server.kill();
        await reach(one, 'reconnecting');
        await one.close();
        expect(one.status).toBe('closed');
      });
    });

    describe('last states', () => {
      test('are kept for each subject, and found by their first tokens', async () => {
        const [one, two] = [await join('one'), await join('two')];
        const put = async (subjectOfState: string, text: string): Promise<void> =>
          one.lastStates?.put(subjectOfState, encode(text));
        const get = async (prefix: string): Promise<unknown> =>
          (await two.lastStates?.get(prefix))?.map(({ subject: of, data }) => [of, decode(data)]);
        expect(await get('lb1.s.run1')).toEqual([]);
        await put('lb1.s.run1.b', 'old');
        await put('lb1.s.run1.b', 'new');
        await put('lb1.s.run1.a.x', 'deep');
        await put('lb1.s.run10.a', 'other run');
        const deep = ['lb1.s.run1.a.x', 'deep'];
        expect(await get('lb1.s.run1')).toEqual([deep, ['lb1.s.run1.b', 'new']]);
        expect(await get('lb1.s.run1.a.x')).toEqual([deep]);
        expect(await get('lb1.s.run2')).toEqual([]);
      });

      test('hold 100 members of a run', async () => {
        const one = await join('one');
        const subjects = Array.from({ length: 100 }, (_, n) => `lb1.s.run.agent.a${String(n).padStart(2, '0')}`);
        await Promise.all(subjects.map(async (to) => one.lastStates?.put(to, encode(to))));
        const found = (await one.lastStates?.get('lb1.s.run')) ?? [];
        expect(found.map(({ subject: of }) => of)).toEqual(subjects);
        expect(found.every(({ subject: of, data }) => decode(data) === of)).toBe(true);
      });

      test('have subjects of their own, and fail without a connection', async () => {
        const one = await join('one');
        expect(await one.lastStates?.put('lb1.a.x', encode('?')).catch(codeOf)).toBe('refused');
        await server.kill();
        await reach(one, 'reconnecting');
        expect(await one.lastStates?.put('lb1.s.x', encode('?')).catch(codeOf)).toBe('disconnected');
        expect(await one.lastStates?.get('lb1.s.x').catch(codeOf)).toBe('disconnected');
      });
    });
  });
}
