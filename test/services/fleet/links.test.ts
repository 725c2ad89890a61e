import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { ResultDocument } from '../../../src/reports/document/result-document.ts';
import { Agent } from '../../e2e/agent.ts';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { CURL, NETWORK_NAMESPACES } from '../../needs.ts';
import { describeWithServices } from '../binary.ts';
import { expectConserved, jobNamed } from '../conservation.ts';
import { NATS } from '../nats.ts';
import { eventually } from '../service.ts';
import { expectWithinReportedLoss, Fleet, type FleetPlace, settled } from './fleet.ts';
import { NetworkNamespace } from './namespaces.ts';

const certificate = fileURLToPath(new URL('../../certificates/link.pem', import.meta.url));
const key = fileURLToPath(new URL('../../certificates/server-key.pem', import.meta.url));

/** Links between two namespaces, and the first three bytes of their addresses. */
const BUS_LINK = 'bus';
const LOAD_LINK = 'load';
const NETWORKS = { [BUS_LINK]: '10.203.1', [LOAD_LINK]: '10.203.2' } as const;

const namespaces: NetworkNamespace[] = [];
const buses: ChildProcess[] = [];

/** Starts nats-server in a namespace. */
async function startBusIn({ prefix }: NetworkNamespace): Promise<void> {
  const [nsenter = '', ...rest] = prefix;
  const server = ['nats-server', '--addr', '0.0.0.0', '--port', '4222', '--tls', '--tlscert', certificate];
  const bus = spawn(nsenter, [...rest, ...server, '--tlskey', key], { stdio: ['ignore', 'ignore', 'pipe'] });
  buses.push(bus);
  let log = '';
  bus.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await eventually(() => {
    if (bus.exitCode !== null) throw new Error(log);
    return Promise.resolve(log.includes('Server is ready') || undefined);
  });
}

/** Two machines with two links between them: one for the bus, one for the load. The target is on the second one. */
async function startMachines() {
  const [near, far] = [await NetworkNamespace.start(), await NetworkNamespace.start()];
  namespaces.push(near, far);
  for (const [link, prefix] of Object.entries(NETWORKS)) await near.connect(far, link, prefix);
  const target = new Agent(['target', '--host', '0.0.0.0', '--port', '8080'], {}, far.prefix);
  await target.sees(/http:\/\/\S+:8080/);
  const received = async (): Promise<number> => {
    const stats = await far.execute('curl', '--silent', '--fail', 'http://127.0.0.1:8080/_target');
    return (JSON.parse(stats) as { requests: number }).requests;
  };
  const hasReceived = (least: number): Promise<true> =>
    eventually(async () => ((await received()) >= least ? true : undefined));
  const placeIn = ({ prefix }: NetworkNamespace, bus: string): FleetPlace => ({
    bus: `tls://${bus}:4222`,
    env: { LOADBOT_BUS_CA: certificate },
    prefix,
  });
  return { near, far, received, hasReceived, placeIn };
}

/** Two agents: the first one is behind the link to the bus. */
async function startBehindLink() {
  const machines = await startMachines();
  const { near, far, placeIn } = machines;
  await startBusIn(far);
  const place = placeIn(far, `${NETWORKS.bus}.2`);
  const placeOf = (agent: number): FleetPlace => (agent === 0 ? { ...place, prefix: near.prefix } : place);
  return { ...machines, fleet: await Fleet.start(place, { threads: [1, 1], placeOf }) };
}

/** Two agents and the coordinator on one machine, with the bus behind the link. */
async function startBeforeBus() {
  const machines = await startMachines();
  const { near, far, placeIn } = machines;
  await startBusIn(near);
  return { ...machines, fleet: await Fleet.start(placeIn(far, `${NETWORKS.bus}.1`), { threads: [1, 1] }) };
}

const writes = (duration: string): unknown => ({
  connection_string: `http://${NETWORKS.load}.2:8080`,
  jobs: [{ name: 'writes', type: 'write', collection: 'c', connections: 4, pace: '100/s', duration }],
});

/** Allowance for a busy machine, above times that docs/fleet.md states. */
const BUSY_MS = 20_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asserts that the 900 tickets of 9 s were sent or skipped, and the target has those that were sent. */
function expectAllCounted(result: ResultDocument, received: number): void {
  const job = jobNamed(result, 'writes');
  expectConserved(job);
  expect(job).toMatchObject({ planned: 900, errors: 0, aborted: 0 });
  expect(job.requests).toBe(received);
  expect(result.agents.map(({ lost_at_seconds: at }) => at)).toEqual([null, null]);
}

prioritizeProcesses();

describeWithServices('a fleet whose link is down', [NATS, NETWORK_NAMESPACES, CURL], () => {
  afterAll(async () => {
    for (const bus of buses) {
      const ended = once(bus, 'close');
      bus.kill('SIGKILL');
      await ended;
    }
    for (const namespace of namespaces) namespace.close();
  });

  test.concurrent('for good, of one agent: it stops itself, and the run ends with 112', async () => {
    const { near, fleet, received, hasReceived } = await startBehindLink();
    const { ended } = fleet.start(writes('120s'), { isJudged: true });
    await hasReceived(200);
    await near.setLink(BUS_LINK, false);
    const downMs = performance.now();
    const { status, stderr, result } = await ended;
    const endedMs = performance.now();
    expect(status, stderr).toBe(112);
    expect(result).toMatchObject({ end: 'aborted', verdict: 'invalid' });
    expect(result.reason).toMatch(/^agent \S+-0 did not report for 10 s/);
    expect(result.agents.map(({ lost_at_seconds: at }) => at !== null)).toEqual([true, false]);
    await fleet.agents[0]?.sees(/stopping its load/);
    // The last message before may be one second old.
    expect(endedMs - downMs).toBeGreaterThan(9000);
    expect(endedMs - downMs).toBeLessThan(11_000 + BUSY_MS);
    expectWithinReportedLoss(result, await settled(received));
  });

  test.concurrent('for good, with the link of its load: it stops itself, and the run ends with 112', async () => {
    const { near, fleet, received, hasReceived } = await startBehindLink();
    const { ended } = fleet.start(writes('120s'), { isJudged: true });
    await hasReceived(200);
    await Promise.all([BUS_LINK, LOAD_LINK].map((link) => near.setLink(link, false)));
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(112);
    expect(result.reason).toMatch(/^agent \S+-0 did not report for 10 s/);
    await fleet.agents[0]?.sees(/stopping its load/);
    expectWithinReportedLoss(result, await settled(received));
  });

  test.concurrent('for 4 s, of one agent: no count is lost, and a finding names it', async () => {
    const { near, fleet, received, hasReceived } = await startBehindLink();
    const { ended } = fleet.start(writes('9s'));
    await hasReceived(200);
    await near.setLink(BUS_LINK, false);
    const before = await received();
    await pause(4000);
    // Both agents went on: one alone sends at most half of that.
    expect((await received()) - before).toBeGreaterThan(250);
    await near.setLink(BUS_LINK, true);
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(0);
    expectAllCounted(result, await settled(received));
    const silent = result.validity.findings.filter(({ signal }) => signal === 'silent');
    expect(silent.map(({ agent, severity }) => [agent, severity])).toEqual([[fleet.names[0], 'note']]);
  });

  test.concurrent('for 3 s, of the bus: no count is lost', async () => {
    const { near, fleet, received, hasReceived } = await startBeforeBus();
    const { ended } = fleet.start(writes('9s'));
    await hasReceived(200);
    await near.setLink(BUS_LINK, false);
    await pause(3000);
    await near.setLink(BUS_LINK, true);
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(0);
    expectAllCounted(result, await settled(received));
  });

  test.concurrent('for good, of the bus: the run ends with 1, and no agent goes on', async () => {
    const { near, fleet, received, hasReceived } = await startBeforeBus();
    const { ended } = fleet.start(writes('120s'));
    await hasReceived(200);
    await near.setLink(BUS_LINK, false);
    const downMs = performance.now();
    const { status, stderr } = await ended;
    expect(status, stderr).toBe(1);
    expect(performance.now() - downMs).toBeGreaterThan(10_000);
    expect(performance.now() - downMs).toBeLessThan(16_000 + BUSY_MS);
    expect(stderr).toContain('the bus could not be reached for 10 s');
    await Promise.all(fleet.agents.map((agent) => agent.sees(/stopping its load/)));
    // It waits until the target gets no more.
    expect(await settled(received)).toBeLessThan(100 * 60);
  });
});
