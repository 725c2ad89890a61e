import { afterEach, expect, test } from 'vitest';
import { Gate } from '../../src/driver-kit/gate.ts';
import type { BusStatus } from '../../src/fleet/bus/bus.ts';
import { answer, ask, collect, encode, reach, synchronize } from '../contract/bus/members.ts';
import { describeWithServices } from './binary.ts';
import { NATS, NATS_NEWEST, type NatsServerOptions, type NatsService, startNats } from './nats.ts';
import { type NatsMember, openMember } from './nats-members.ts';
import { startPausingRelay } from './pausing-relay.ts';

for (const binary of [NATS, NATS_NEWEST]) {
  describeWithServices(`faults of ${binary.name} and its network`, [binary], () => {
    const closing: (() => Promise<unknown>)[] = [];

    afterEach(async () => {
      for (const close of closing.splice(0).toReversed()) await close();
    });

    async function start(options: NatsServerOptions = {}): Promise<NatsService> {
      const server = await startNats({ binary, ...options });
      closing.push(() => server.stop());
      return server;
    }

    async function open(port: number, environment: NodeJS.ProcessEnv = {}): Promise<NatsMember> {
      const member = await openMember(`nats://127.0.0.1:${port}`, environment);
      closing.push(() => member.bus.close());
      return member;
    }

    test('a member that reads too slowly is disconnected, and continues afterwards', async () => {
      const server = await start({ config: 'max_pending: 8MB\nwrite_deadline: "1s"' });
      const relay = await startPausingRelay(server.port);
      closing.push(() => relay.stop());
      const [slow, sender] = [await open(relay.port), await open(server.port)];
      const statuses: BusStatus[] = [];
      slow.bus.onStatus((status) => statuses.push(status));
      let received = 0;
      slow.bus.subscribe('bulk', () => received++);
      const news = collect(slow.bus, 'news');
      await synchronize(slow.bus);
      relay.pause();
      // Sent in small portions, so that the sender's own bound is not reached.
      for (let portion = 0; portion < 64; portion++) {
        for (let n = 0; n < 16; n++) sender.bus.publish('bulk', new Uint8Array(2 ** 16));
        await synchronize(sender.bus);
      }
      relay.resume();
      await expect.poll(() => statuses).toEqual(['reconnecting', 'connected']);
      await synchronize(slow.bus);
      sender.bus.publish('news', encode('after'));
      await expect.poll(() => news).toEqual(['news after']);
      expect(received).toBeLessThan(1024);
      expect(statuses).toEqual(['reconnecting', 'connected']);
      expect([sender.problems, sender.bus.status]).toEqual([[], 'connected']);
      expect(slow.problems).toEqual([expect.stringMatching(/^disconnected: lost the connection .*Slow Consumer/)]);
    });

    test('a connection without answers is given up, and takes a bounded number of bytes', async () => {
      const server = await start();
      const gate = new Gate(server.port);
      await gate.start();
      closing.push(() => gate.stop());
      const [sender, receiver] = [await open(gate.port), await open(server.port)];
      let received = 0;
      receiver.bus.subscribe('bulk', () => received++);
      answer(receiver.bus, 'question', 'yes');
      await synchronize(receiver.bus);
      gate.behave({ kind: 'silent' });
      for (let n = 0; n < 100; n++) sender.bus.publish('bulk', new Uint8Array(2 ** 20));
      expect(await ask(sender.bus, 'question')).toBe('disconnected');
      await reach(sender.bus, 'reconnecting');
      gate.behave({ kind: 'pass' });
      await reach(sender.bus, 'connected');
      expect(await ask(sender.bus, 'question')).toBe('yes');
      await synchronize(receiver.bus);
      expect(received).toBeGreaterThan(0);
      expect(received).toBeLessThanOrEqual(32);
    });

    test('a member reconnects for ever, also while its credentials are refused', async () => {
      const server = await start({ config: 'authorization { token: "tok3n" }' });
      const { port } = server;
      const { bus, problems } = await open(port, { LOADBOT_BUS_TOKEN: 'tok3n' });
      const news = collect(bus, 'news');
      await server.stop();
      const other = await startNats({ binary, port, config: 'authorization { token: "another" }' });
      closing.push(() => other.stop());
      await expect
        .poll(() => problems)
        .toEqual([
          expect.stringContaining('lost the connection'),
          `disconnected: the bus nats://127.0.0.1:${port} refused the credentials at a reconnect: Authorization Violation`,
        ]);
      // The library would give up after two refusals.
      await expect.poll(() => bus.status).toBe('reconnecting');
      await other.stop();
      await start({ port, config: 'authorization { token: "tok3n" }' });
      await reach(bus, 'connected');
      bus.publish('news', encode('after'));
      await synchronize(bus);
      expect(news).toEqual(['news after']);
    });

    test('a denied subscription is opened again if the server allows it later', async () => {
      const config = (subscribe: string): string =>
        `authorization { users = [{ user: a, password: pa, permissions: { publish: ">", subscribe: [${subscribe}] } }] }`;
      const inboxes = '"_INBOX.>", "sync.>"';
      const server = await start({ config: config(inboxes) });
      const { port } = server;
      const { bus, problems } = await open(port, { LOADBOT_BUS_USER: 'a', LOADBOT_BUS_PASSWORD: 'pa' });
      const news = collect(bus, 'news');
      await synchronize(bus);
      expect(problems).toEqual([
        `refused: the bus nats://127.0.0.1:${port} does not allow this user to subscribe to news`,
      ]);
      await server.stop();
      await reach(bus, 'reconnecting');
      await start({ port, config: config(`${inboxes}, news`) });
      await reach(bus, 'connected');
      bus.publish('news', encode('after'));
      await synchronize(bus);
      expect(news).toEqual(['news after']);
    });
  });
}
