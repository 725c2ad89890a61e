import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveTarget } from '../../../src/drivers/embedded/serve.ts';
import type { RunningTarget } from '../../../src/drivers/embedded/target.ts';
import type { ResultDocument } from '../../../src/reports/document/result-document.ts';
import { expectConserved, jobNamed } from '../conservation.ts';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { loadbot, readResult, scratchFile } from '../../e2e/agent.ts';
import { describeWithServices } from '../binary.ts';
import { type Gate, openGate } from '../gate.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { eventually } from '../service.ts';
import { busUrl, expectWithinReportedLoss, Fleet, type FleetPlace, placeAt, sentOf, settled } from './fleet.ts';

const targets: RunningTarget[] = [];
const servers: NatsService[] = [];

/** A target of a test's own, which counts requests. */
async function startTarget() {
  const target = await serveTarget();
  targets.push(target);
  const received = async (): Promise<number> => (await target.stats()).requests;
  const hasReceived = (least: number): Promise<true> =>
    eventually(async () => ((await received()) >= least ? true : undefined));
  return { url: target.url, received, hasReceived };
}

async function startBus(options: Parameters<typeof startNats>[0] = {}): Promise<NatsService> {
  const server = await startNats(options);
  servers.push(server);
  return server;
}

const writes = (url: string, duration: string, job: object = {}): unknown => ({
  connection_string: url,
  jobs: [{ name: 'writes', type: 'write', collection: 'c', connections: 4, pace: '100/s', duration, ...job }],
});

/** Two agents, of which the first one reaches the bus through a gate. */
async function startBehindGate(busPort: number): Promise<{ readonly gate: Gate; readonly fleet: Fleet }> {
  const gate = await openGate(busPort);
  const placeOf = (agent: number): FleetPlace => placeAt(agent === 0 ? gate.port : busPort);
  return { gate, fleet: await Fleet.start(busPort, { threads: [1, 1], placeOf }) };
}

/** Asserts that the 900 tickets of 9 s were sent or skipped, and the target has those that were sent. */
function expectAllCounted(result: ResultDocument, received: number): void {
  const job = jobNamed(result, 'writes');
  expectConserved(job);
  expect(job).toMatchObject({ planned: 900, errors: 0, aborted: 0 });
  expect(job.requests).toBe(received);
}

prioritizeProcesses();

describeWithServices('a fleet that loses', [NATS], () => {
  let bus: NatsService;
  beforeAll(async () => {
    bus = await startBus({ jetstream: true });
  });
  afterAll(async () => {
    for (const target of targets) await target.close();
    for (const server of servers) await server.stop();
  });

  // The longest one comes first: a few of them run at once.
  test.concurrent('the connection of an agent: it stops itself after 10 s', async () => {
    const target = await startTarget();
    const { gate, fleet } = await startBehindGate(bus.port);
    const flags = ['--on_lost', 'continue'];
    const { ended } = fleet.start(writes(target.url, '25s'), { flags, isJudged: true });
    await target.hasReceived(100);
    gate.setFlowing(false);
    await fleet.agents[0]?.sees(/stopping its load/);
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(112);
    expect(stderr).toMatch(/agent \S+-0 did not report for 10 s; the others go on/);
    const [cut, whole] = result.agents;
    expect(cut?.lost_at_seconds).toBeGreaterThan(10);
    expect(whole?.lost_at_seconds).toBeNull();
    const received = await settled(target.received);
    expectWithinReportedLoss(result, received);
    expect(received).toBeLessThan(2400);
    await gate.stop();
  });

  test.concurrent.each([
    { flags: 'without a flag', isJudged: true },
    { flags: 'with --allow_invalid', isJudged: false },
  ])('an agent stops, with 112 and the counts up to its last report, $flags', async ({ isJudged }) => {
    const target = await startTarget();
    const fleet = await Fleet.start(bus.port, { threads: [1, 1, 1] });
    const { ended } = fleet.start(writes(target.url, '120s'), { isJudged });
    await target.hasReceived(100);
    fleet.agents[1]?.child.kill('SIGKILL');
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(112);
    expect(result).toMatchObject({ end: 'aborted', verdict: 'invalid' });
    expect(result.reason).toMatch(/^agent \S+-1 is no longer on the bus/);
    expect(result.agents.map(({ lost_at_seconds: at }) => at !== null)).toEqual([false, true, false]);
    expectWithinReportedLoss(result, await settled(target.received));
  });

  test.concurrent.each([
    { flags: '', isJudged: true, code: 112 },
    { flags: ' --allow_invalid', isJudged: false, code: 0 },
  ])('an agent and goes on with the others: --on_lost continue$flags, with $code', async ({ isJudged, code }) => {
    const target = await startTarget();
    const fleet = await Fleet.start(bus.port, { threads: [1, 1] });
    const { ended } = fleet.start(writes(target.url, '8s'), { flags: ['--on_lost', 'continue'], isJudged });
    await target.hasReceived(100);
    fleet.agents[0]?.child.kill('SIGKILL');
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(code);
    expect(result.end).toBe('completed');
    expect(result.validity.valid).toBe(false);
    const [lost, other] = result.agents;
    expect(lost?.lost_at_seconds).toBeGreaterThan(0);
    expect(other?.lost_at_seconds).toBeNull();
    expectWithinReportedLoss(result, await settled(target.received));
  });

  test.concurrent('the connection of an agent, which ends and can be opened after 1.5 s: no count is lost', async () => {
    const target = await startTarget();
    const { gate, fleet } = await startBehindGate(bus.port);
    const { ended } = fleet.start(writes(target.url, '9s'));
    await target.hasReceived(200);
    gate.setOpen(false);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    gate.setOpen(true);
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(0);
    expect(result.agents.map(({ lost_at_seconds: at }) => at)).toEqual([null, null]);
    expectAllCounted(result, await settled(target.received));
    await gate.stop();
  });

  test.concurrent('the connection of an agent, which ends for good: it stops itself, and the loss is reported', async () => {
    const target = await startTarget();
    const { gate, fleet } = await startBehindGate(bus.port);
    const { ended } = fleet.start(writes(target.url, '120s'));
    await target.hasReceived(200);
    gate.setOpen(false);
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(112);
    await fleet.agents[0]?.sees(/stopping its load/);
    expectWithinReportedLoss(result, await settled(target.received));
    await gate.stop();
  });

  test.concurrent('an agent that restarts: the new process does not join the run', async () => {
    const target = await startTarget();
    const fleet = await Fleet.start(bus.port, { threads: [1, 1] });
    const { ended } = fleet.start(writes(target.url, '120s'), { isJudged: true });
    await target.hasReceived(100);
    fleet.agents[0]?.child.kill('SIGKILL');
    const again = fleet.startAgain(0);
    await again.sees(/is idle/);
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(112);
    expect(result.agents.map(({ lost_at_seconds: at }) => at !== null)).toEqual([true, false]);
    expect(stderr).toContain('was restarted');
    expectWithinReportedLoss(result, await settled(target.received));
    expect(again.stdout + again.stderr).not.toContain('reserved by');
    const next = await fleet.run(writes(target.url, '1s'));
    expect(next.status, next.stderr).toBe(0);
    expect(next.result.agents.map(({ name }) => name)).toEqual(fleet.names);
    await again.sees(/reserved by/);
  });

  test.concurrent('its coordinator stops, and keeps its counts for "collect"', async () => {
    const target = await startTarget();
    const fleet = await Fleet.start(bus.port, { threads: [1, 2] });
    const { coordinator } = fleet.start(writes(target.url, '120s', { first_byte: true }));
    await target.hasReceived(100);
    coordinator.child.kill('SIGKILL');
    const atKill = await target.received();
    const kept = await Promise.all(fleet.agents.map((agent) => agent.sees(/loadbot-agent collect (\S+)/)));
    const received = await settled(target.received);
    expect(received).toBeGreaterThan(atKill);
    const out = scratchFile('json');
    const { status, stderr } = await loadbot(['collect', kept[0]?.[1] ?? '', '--bus', busUrl(bus.port), '--out', out]);
    expect(status, stderr).toBe(0);
    const result = readResult(out);
    expect(sentOf(result)).toBe(received);
    const { metrics, requests } = jobNamed(result, 'writes');
    expect(metrics['first_byte']?.durations?.count).toBe(requests);
    expect(result).toMatchObject({ verdict: 'failed', exit_status: 1, partial: true });
    expect(result.agents.map(({ lost_at_seconds: at }) => at)).toEqual([null, null]);
    expect(result.agents.reduce((sum, { requests }) => sum + requests, 0)).toBe(jobNamed(result, 'writes').requests);
  });

  test.concurrent.each([
    { when: 'in the middle', least: 100 },
    { when: 'at the end', least: 780 },
  ])('its bus for 3 s $when loses no count', async ({ least }) => {
    const target = await startTarget();
    const own = await startBus();
    const fleet = await Fleet.start(own.port, { threads: [1, 1] });
    const { ended } = fleet.start(writes(target.url, '9s'));
    await target.hasReceived(least);
    const awayUntil = new Promise((resolve) => setTimeout(resolve, 3000));
    await own.kill();
    await awayUntil;
    await startBus({ port: own.port });
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(0);
    expect(result).toMatchObject({ end: 'completed', partial: false });
    expect(result.agents.map(({ lost_at_seconds: at }) => at)).toEqual([null, null]);
    expectAllCounted(result, await settled(target.received));
  });

  test.concurrent('its bus for good ends with 1, and no agent goes on', async () => {
    const target = await startTarget();
    const own = await startBus();
    const fleet = await Fleet.start(own.port, { threads: [1, 1] });
    const { ended } = fleet.start(writes(target.url, '120s'));
    await target.hasReceived(400);
    await own.kill();
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(1);
    expect(stderr).toContain('the bus could not be reached for 10 s');
    await Promise.all(fleet.agents.map((agent) => agent.sees(/stopping its load/)));
    const received = await settled(target.received);
    const recorded = sentOf(result);
    expect(recorded).toBeGreaterThan(0);
    expect(recorded).toBeLessThanOrEqual(received);
    expect(received).toBeLessThan(100 * 60);
  });

  test.concurrent('nothing while an agent is suspended for 4 s, and says so', async () => {
    const target = await startTarget();
    const fleet = await Fleet.start(bus.port, { threads: [1, 1] });
    const { ended } = fleet.start(writes(target.url, '9s'));
    await target.hasReceived(100);
    const suspended = fleet.agents[1]?.child;
    suspended?.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    suspended?.kill('SIGCONT');
    const { status, stderr, result } = await ended;
    expect(status, stderr).toBe(0);
    const found = result.validity.findings.filter(({ agent }) => agent === fleet.names[1]);
    expect(found.some(({ signal, severity }) => signal === 'silent' || severity === 'invalid')).toBe(true);
    expect(result.agents.map(({ lost_at_seconds: at }) => at)).toEqual([null, null]);
    expectAllCounted(result, await settled(target.received));
  });
});
