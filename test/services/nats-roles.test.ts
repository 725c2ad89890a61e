import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, askMany, answer, codeOf, collect, decode, encode } from '../contract/bus/members.ts';
import { describeWithServices } from './binary.ts';
import { NATS, NATS_NEWEST, type NatsService, startNats } from './nats.ts';
import { type NatsMember, openMember, pem, refusal } from './nats-members.ts';

const example = (name: string): string => fileURLToPath(new URL(`../../examples/fleet/${name}`, import.meta.url));
const PASSWORDS = {
  LOADBOT_COORDINATOR_PASSWORD: 'coordinator-s3cret',
  LOADBOT_AGENT_0_PASSWORD: 'agent-0-s3cret',
  LOADBOT_AGENT_1_PASSWORD: 'agent-1-s3cret',
  LOADBOT_AGENT_2_PASSWORD: 'agent-2-s3cret',
};

test('the example of a configuration is the output of its script', () => {
  const script = example('make-nats-conf.sh');
  const written = execFileSync(script, ['agent-0', 'agent-1', 'agent-2'], { encoding: 'utf8' });
  expect(readFileSync(example('nats.conf'), 'utf8')).toBe(written);
  for (const names of [[], ['coordinator'], ['a.b'], ['a', '>']]) {
    expect(() => execFileSync(script, names, { stdio: 'pipe' })).toThrow(/status 2|failed/);
  }
});

for (const binary of [NATS, NATS_NEWEST]) {
  describeWithServices(`examples/fleet/nats.conf, ${binary.name}`, [binary], () => {
    let server: NatsService;
    let folder: string;
    const members: NatsMember[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'loadbot-nats-roles-'));
      const env = {
        ...PASSWORDS,
        NATS_CERT_FILE: pem('server'),
        NATS_KEY_FILE: pem('server-key'),
        NATS_STORE_DIR: join(folder, 'store'),
      };
      server = await startNats({ binary, config: { path: example('nats.conf') }, env });
    });

    afterEach(async () => {
      await Promise.all(members.splice(0).map(({ bus }) => bus.close()));
    });

    afterAll(async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const environmentOf = (user: string, password = `${user}-s3cret`): NodeJS.ProcessEnv => ({
      LOADBOT_BUS_CA: pem('ca'),
      LOADBOT_BUS_USER: user,
      LOADBOT_BUS_PASSWORD: password,
    });

    async function open(user: string): Promise<NatsMember> {
      const member = await openMember(`tls://localhost:${server.port}`, environmentOf(user), { name: user });
      members.push(member);
      return member;
    }

    /** Waits until the server has processed everything that a member sent; a refused request needs a round trip. */
    async function flush({ bus }: NatsMember): Promise<void> {
      await bus.request('denied.anyway', new Uint8Array(), 60_000).catch(codeOf);
    }

    test('allows the messages of a run', async () => {
      const [coordinator, agent, other] = [await open('coordinator'), await open('agent-0'), await open('agent-1')];
      answer(agent.bus, 'lb1.who.default', 'agent-0');
      answer(other.bus, 'lb1.who.default', 'agent-1');
      answer(agent.bus, 'lb1.a.agent-0', 'accepted');
      const edges = collect(agent.bus, 'lb1.r.run1.all');
      coordinator.bus.subscribe('lb1.r.run1.up.*', ({ subject, respond }) => respond?.(encode(`got ${subject}`)));
      answer(coordinator.bus, 'lb1.r.run1.time', '12345');
      await Promise.all([coordinator, agent, other].map(flush));
      const found = await askMany(coordinator.bus, 'lb1.who.default', 2000);
      expect(found.toSorted()).toEqual(['agent-0', 'agent-1']);
      expect(await ask(coordinator.bus, 'lb1.a.agent-0')).toBe('accepted');
      expect(await ask(coordinator.bus, 'lb1.a.agent-2')).toBe('no_responders');
      expect(await ask(agent.bus, 'lb1.r.run1.up.agent-0')).toBe('got lb1.r.run1.up.agent-0');
      expect(await ask(agent.bus, 'lb1.r.run1.time')).toBe('12345');
      coordinator.bus.publish('lb1.r.run1.all', encode('stop'));
      await flush(coordinator);
      await expect.poll(() => edges).toEqual(['lb1.r.run1.all stop']);
    });

    test('an agent can neither command other agents, nor send in their name', async () => {
      const [coordinator, agent, other] = [await open('coordinator'), await open('agent-0'), await open('agent-1')];
      const received = [
        ...['lb1.who.*', 'lb1.a.agent-1', 'lb1.r.*.all', '_INBOX.agent-1.>'].map((to) => collect(other.bus, to)),
        ...['lb1.r.*.up.*', '_INBOX.coordinator.>'].map((to) => collect(coordinator.bus, to)),
      ];
      await Promise.all([coordinator, other].map(flush));
      const denied = [
        'lb1.who.default',
        'lb1.a.agent-1',
        'lb1.a.agent-0',
        'lb1.r.run1.all',
        'lb1.r.run1.up.agent-1',
        'lb1.s.run1.run',
        'lb1.s.run1.agent.agent-1',
        '_INBOX.agent-1.x',
        '_INBOX.coordinator.x',
        '$JS.API.STREAM.DELETE.lb1-last-states',
        '$JS.API.INFO',
      ];
      for (const subject of denied) expect([subject, await ask(agent.bus, subject)]).toEqual([subject, 'refused']);
      expect(agent.problems).toEqual(
        denied.map(
          (subject) =>
            `refused: the bus tls://localhost:${server.port} does not allow this user to publish to ${subject}`,
        ),
      );
      for (const subject of denied) agent.bus.publish(subject, encode('forged'));
      await flush(agent);
      await Promise.all([coordinator, other].map(flush));
      expect(received.flat()).toEqual([]);
    });

    test('an agent cannot overhear others', async () => {
      const [coordinator, agent, other] = [await open('coordinator'), await open('agent-0'), await open('agent-1')];
      const denied = ['>', 'lb1.>', 'lb1.a.*', 'lb1.a.agent-1', 'lb1.r.*.up.*', 'lb1.r.*.up.agent-1', '_INBOX.>'];
      const secret = [...denied, '_INBOX.coordinator.>', '_INBOX.agent-1.>', 'lb1.s.>', '$JS.>', '$SYS.>'];
      const overheard = secret.map((subject) => collect(agent.bus, subject));
      answer(other.bus, 'lb1.a.agent-1', 'accepted');
      answer(coordinator.bus, 'lb1.r.*.up.*', 'got it');
      await Promise.all([coordinator, agent, other].map(flush));
      expect(await ask(coordinator.bus, 'lb1.a.agent-1')).toBe('accepted');
      expect(await ask(other.bus, 'lb1.r.run1.up.agent-1')).toBe('got it');
      await flush(agent);
      expect(overheard.flat()).toEqual([]);
      const subscribing = agent.problems.filter((problem) => problem.includes('subscribe to'));
      expect(subscribing).toEqual(
        secret.map(
          (to) => `refused: the bus tls://localhost:${server.port} does not allow this user to subscribe to ${to}`,
        ),
      );
    });

    test('an agent answers a request once, and only to its sender', async () => {
      const [coordinator, agent] = [await open('coordinator'), await open('agent-0')];
      agent.bus.subscribe('lb1.a.agent-0', ({ respond }) => {
        for (let n = 0; n < 3; n++) respond?.(encode(String(n)));
      });
      await flush(agent);
      expect(await askMany(coordinator.bus, 'lb1.a.agent-0', 2000)).toEqual(['0']);
    });

    test('members store their own last states, and the coordinator reads all of them', async () => {
      const [coordinator, agent] = [await open('coordinator'), await open('agent-0')];
      await coordinator.bus.lastStates?.put('lb1.s.run2.run', encode('c'));
      await agent.bus.lastStates?.put('lb1.s.run2.agent.agent-0', encode('a'));
      expect(await agent.bus.lastStates?.put('lb1.s.run2.agent.agent-1', encode('a')).catch(codeOf)).toBe('refused');
      expect(await agent.bus.lastStates?.get('lb1.s.run2').catch(codeOf)).toBe('refused');
      const found = (await coordinator.bus.lastStates?.get('lb1.s.run2')) ?? [];
      expect(found.map(({ subject, data }) => [subject, decode(data)])).toEqual([
        ['lb1.s.run2.agent.agent-0', 'a'],
        ['lb1.s.run2.run', 'c'],
      ]);
    });

    test('refuses a wrong password, and a name that is not that of the user', async () => {
      const url = `tls://localhost:${server.port}`;
      expect(await refusal(url, environmentOf('agent-0', 'wrong-s3cret'), { name: 'agent-0' })).toEqual([
        'config_invalid',
        expect.stringMatching(/refused the credentials: .*authorization violation/i),
        expect.stringContaining('LOADBOT_BUS_USER'),
      ]);
      expect(await refusal(url, environmentOf('agent-0'), { name: 'agent-1' })).toEqual([
        'config_invalid',
        `the bus ${url} does not allow this user to receive answers`,
        'allow it to subscribe to _INBOX.agent-1.>, as examples/fleet/nats.conf does',
      ]);
    });
  });
}
