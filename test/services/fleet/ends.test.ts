import { readFileSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { encodeHello } from '../../../src/fleet/wire/messages/hello.ts';
import { createSealKeyPair } from '../../../src/fleet/wire/seal.ts';
import { whoSubject } from '../../../src/fleet/subjects.ts';
import { loadbot, scratchFile, workloadFile } from '../../e2e/agent.ts';
import { CountingServer } from '../../e2e/counting-server.ts';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { startSlowStore } from '../../e2e/slow-store.ts';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';
import { describeWithServices } from '../binary.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { freePort } from '../service.ts';
import { busUrl, Fleet, sentOf, settled, startFleetAgent } from './fleet.ts';

const SECRET = 'hunter2-of-the-header';

const reads = (server: CountingServer, job: object = {}, more: object = {}): object => ({
  connection_string: `http://${server.host}`,
  jobs: [{ name: 'reads', type: 'read', connections: 4, pace: 100, duration: '120s', http: { path: '/x' }, ...job }],
  ...more,
});

async function startServer(): Promise<CountingServer> {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  return server;
}

prioritizeProcesses();

describeWithServices('a run of a fleet', [NATS], () => {
  let bus: NatsService;
  let fleet: Fleet;
  beforeAll(async () => {
    bus = await startNats();
    fleet = await Fleet.start(bus.port, { threads: [1, 1] });
  });
  afterAll(() => bus.stop());

  test.each([
    { end: 'Ctrl-C', status: 105, ended: 'stopped', job: {}, more: {} },
    {
      end: 'a threshold with abort_on_fail',
      status: 99,
      ended: 'aborted',
      job: { thresholds: [{ check: 'errors == 0', abort_on_fail: true }], http: { path: '/missing' } },
      more: {},
    },
  ])('$end ends the load of all agents with $status', async ({ end, status, ended: how, job, more }) => {
    const server = await startServer();
    const { coordinator, ended } = fleet.start(reads(server, job, more));
    if (end === 'Ctrl-C') {
      await expect.poll(() => server.received.length).toBeGreaterThan(50);
      coordinator.child.kill('SIGINT');
    }
    const { status: actual, stderr, result } = await ended;
    expect(actual, stderr).toBe(status);
    expect(result.end).toBe(how);
    expect(await settled(() => server.received.length)).toBe(sentOf(result));
  });

  test('abort_when ends the load of all agents with 99', async () => {
    const store = await startSlowStore({ calmMs: 1, slowMs: 1, isSlow: (elapsedMs) => elapsedMs > 1500 });
    const abortWhen = 'store_backup_in_progress == 1';
    const { status, stderr, result } = await fleet.run({
      connection_string: store.url,
      sources: [{ name: 'store', url: `${store.url}/metrics`, interval: '100ms', timeout: '90ms' }],
      schemas: [EXISTING_DOCUMENTS],
      jobs: [
        {
          name: 'reads',
          type: 'read',
          collection: 'c',
          connections: 4,
          pace: 100,
          duration: '120s',
          abort_when: abortWhen,
        },
      ],
    });
    expect(status, stderr).toBe(99);
    expect(result.end).toBe('aborted');
    expect(result.reason).toContain(`abort_when ${abortWhen} of reads holds`);
    expect(await settled(() => store.arrivals.length)).toBe(sentOf(result));
  });

  test('too few agents end it with 114, and nothing is sent', async () => {
    const server = await startServer();
    const { status, stderr } = await fleet.refused(reads(server), ['--agents', '3', '--agents_within', '2s']);
    expect(status, stderr).toBe(114);
    expect(stderr).toContain('found 2 of 3 agents within 2.00s');
    expect(server.received).toHaveLength(0);
  });

  test('an agent of another version is refused by name', async () => {
    const server = await startServer();
    const old = await connect({ servers: busUrl(bus.port) });
    onTestFinished(() => old.close());
    const hello = encodeHello({
      name: 'old-agent',
      incarnation: 'i',
      version: '0.0.9',
      protocol: 1,
      host: 'h',
      cores: 1,
      threads: 1,
      drivers: ['http'],
      labels: {},
      state: 'idle',
      run: null,
      sealKey: createSealKeyPair().publicKey,
      maxPayload: 1_000_000,
    });
    old.subscribe(whoSubject('old'), { callback: (_, message) => void message.respond(hello) });
    await old.flush();
    const flags = ['--agents', '1', '--bus', busUrl(bus.port), '--pool', 'old', '--agents_within', '1s'];
    const { status, stderr } = await loadbot(['run', workloadFile(reads(server)), ...flags]);
    expect(status, stderr).toBe(104);
    expect(stderr).toContain('agent old-agent has version 0.0.9');
  });

  test('a busy agent is not used', async () => {
    const server = await startServer();
    const pool = 'busy';
    const agent = startFleetAgent(bus.port, pool, 'busy-agent');
    const [, uri = ''] = await agent.sees(/control: http:\/\/([\d.:]+)/);
    await agent.sees(/is idle/);
    const started = await loadbot(['start', workloadFile(reads(server)), '--agent-uri', uri]);
    expect(started.status, started.stderr).toBe(0);
    const flags = ['--agents', '1', '--bus', busUrl(bus.port), '--pool', pool, '--agents_within', '1s'];
    const { status, stderr } = await loadbot(['run', workloadFile(reads(server)), ...flags]);
    expect(status, stderr).toBe(114);
    expect(stderr).toContain('busy: busy-agent');
    agent.child.kill('SIGKILL');
    await agent.ended;
  });

  test('of two agents of one name, one is used', async () => {
    const server = await startServer();
    const twins = [0, 1].map(() => startFleetAgent(bus.port, 'twins', 'twin'));
    await Promise.all(twins.map((agent) => agent.sees(/is idle|error/)));
    const flags = ['--agents', '1', '--bus', busUrl(bus.port), '--pool', 'twins'];
    const workload = workloadFile(reads(server, { operations: 20, duration: undefined }));
    const { status, stderr } = await loadbot(['run', workload, ...flags]);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('two agents have the name twin');
    expect(server.received).toHaveLength(20);
  });

  test.each([
    {
      what: 'a bus that is not there',
      flags: async () => ['--bus', busUrl(await freePort())],
      status: 1,
      message: /could not|cannot|refused/,
    },
    { what: '--agents without --bus', flags: () => [], status: 104, message: /a fleet needs a bus/ },
  ])('$what is reported', async ({ flags, status, message }) => {
    const server = await startServer();
    const ended = await loadbot(['run', workloadFile(reads(server)), '--agents', '1', ...(await flags())]);
    expect(ended.status, ended.stderr).toBe(status);
    expect(ended.stderr).toMatch(message);
    expect(server.received).toHaveLength(0);
  });

  test('the target embedded: is refused', async () => {
    const { status, stderr } = await fleet.refused({
      connection_string: 'embedded:',
      jobs: [{ type: 'write', collection: 'c', operations: 5 }],
    });
    expect(status, stderr).toBe(104);
    expect(stderr).toContain('the target embedded: runs in one process');
  });

  test('agents with --trust take only commands of that coordinator', async () => {
    const server = await startServer();
    const [own, other] = [scratchFile('key'), scratchFile('key')];
    for (const key of [own, other]) expect((await loadbot(['fleet', '--create_key', key])).status).toBe(0);
    const trusting = await Fleet.start(bus.port, { threads: [1], flags: ['--trust', `${own}.pub`] });
    const workload = reads(server, { operations: 30, duration: undefined });
    const unsigned = await trusting.refused(workload, ['--agents_within', '1s']);
    expect(unsigned.status, unsigned.stderr).toBe(104);
    expect(unsigned.stderr).toContain('the command is not signed');
    const wrong = await trusting.refused(workload, ['--fleet_key', other, '--agents_within', '1s']);
    expect(wrong.status, wrong.stderr).toBe(104);
    expect(wrong.stderr).toContain('signed with a key that the agent does not trust');
    expect(server.received).toHaveLength(0);
    const { status, stderr } = await trusting.run(workload, { flags: ['--fleet_key', own] });
    expect(status, stderr).toBe(0);
    expect(server.received).toHaveLength(30);
  });

  test('agents with --allow_targets send load to no other host', async () => {
    const server = await startServer();
    const careful = await Fleet.start(bus.port, { threads: [1], flags: ['--allow_targets', '*.example.com'] });
    const { status, stderr } = await careful.refused(reads(server));
    expect(status, stderr).toBe(104);
    expect(stderr).toContain('the agent must not send load to 127.0.0.1');
    expect(server.received).toHaveLength(0);
  });

  test('no secret of the workload is on the bus, in logs or in results', async () => {
    const server = await startServer();
    const listener = await connect({ servers: busUrl(bus.port) });
    onTestFinished(() => listener.close());
    const seen: string[] = [];
    listener.subscribe('>', { callback: (_, { data }) => void seen.push(Buffer.from(data).toString('latin1')) });
    await listener.flush();
    const out = scratchFile('json');
    const http = { path: '/x', headers: { authorization: `Bearer ${SECRET}` } };
    const { status, stdout, stderr } = await fleet.run(reads(server, { operations: 40, duration: undefined, http }), {
      flags: ['--report', `json=${out}`],
    });
    expect(status, stderr).toBe(0);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 40 }, () => `Bearer ${SECRET}`),
    );
    expect(seen.some((text) => text.includes('"kind":"plan"'))).toBe(true);
    const logs = fleet.agents.flatMap((agent) => [agent.stdout, agent.stderr]);
    for (const text of [...seen, ...logs, stdout, stderr, readFileSync(out, 'utf8')])
      expect(text).not.toContain(SECRET);
  });
});
