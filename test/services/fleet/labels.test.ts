import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { CountingServer } from '../../e2e/counting-server.ts';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { describeWithServices } from '../binary.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { Fleet } from './fleet.ts';

/** Labels of each agent. */
const LABELS = [['region=eu'], ['region=eu', 'disk=ssd'], ['region=us', 'disk=ssd'], []];

const readsOf = (server: CountingServer): object => ({
  connection_string: `http://${server.host}`,
  jobs: [{ name: 'reads', type: 'read', connections: 8, operations: 80, http: { path: '/x' } }],
});

async function startServer(): Promise<CountingServer> {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  return server;
}

prioritizeProcesses();

describeWithServices('agents with labels', [NATS], () => {
  let bus: NatsService;
  let fleet: Fleet;
  beforeAll(async () => {
    bus = await startNats();
    const flagsOf = (agent: number): string[] => (LABELS[agent] ?? []).flatMap((label) => ['--agent_label', label]);
    fleet = await Fleet.start(bus.port, { threads: LABELS.map(() => 1), flagsOf });
  });
  afterAll(() => bus.stop());

  test.each([
    { agents: 'region=us:1', used: [2] },
    { agents: 'region=us:1,region=eu:1', used: [0, 2] },
    // Agent 1 is needed for its region, agent 2 has the disk, too.
    { agents: 'disk=ssd:1,region=eu:2', used: [0, 1, 2] },
    // Agents without a label are left for the demand without one.
    { agents: '1,region=eu:2,region=us:1', used: [0, 1, 2, 3] },
  ])('--agents $agents runs on the agents $used', async ({ agents, used }) => {
    const server = await startServer();
    const { status, stderr, result } = await fleet.run(readsOf(server), { agents });
    expect(status, stderr).toBe(0);
    expect(result.agents.map(({ name }) => name)).toEqual(used.map((agent) => fleet.names[agent]));
    expect(result.agents.map(({ requests }) => requests)).toEqual(used.map(() => expect.any(Number)));
    expect(result.agents.every(({ requests }) => requests > 0)).toBe(true);
    expect(server.received).toHaveLength(80);
  });

  test.each([
    { agents: 'region=us:2', found: '1 of 2 agents with region=us' },
    { agents: 'region=eu:3,region=asia:1', found: '2 of 3 agents with region=eu and 0 of 1 agent with region=asia' },
    { agents: 'region=eu:2,3', found: '2 of 3 agents' },
  ])('--agents $agents ends with 114, and nothing is sent', async ({ agents, found }) => {
    const server = await startServer();
    const flags = ['--agents', agents, '--agents_within', '1s'];
    const { status, stderr } = await fleet.refused(readsOf(server), flags);
    expect(status, stderr).toBe(114);
    expect(stderr).toContain(`found ${found} within 1.00s`);
    expect(server.received).toHaveLength(0);
  });
});
