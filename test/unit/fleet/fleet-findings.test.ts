import { expect, test } from 'vitest';
import { SimulatedFleet, type SimulatedFleetOptions } from './simulated-fleet.ts';

const AGENTS = 4;
const CONNECTIONS = 12;
const READS = { type: 'read', name: 'reads', http: { path: '/' }, collection: 'c' };
const JOB = { ...READS, connections: CONNECTIONS, pace: '400/s', duration: '2s' };

/** Index of the agent that sends a ticket. */
const agentOf = (sequence: number): number => (sequence % CONNECTIONS) % AGENTS;

/** Runs a job, and returns the findings without the times at which they were seen. */
async function findingsOf(
  options: Partial<SimulatedFleetOptions> = {},
  onStep: (elapsedMs: number, fleet: SimulatedFleet) => void = () => {},
) {
  const threads = Array.from({ length: AGENTS }, () => 1);
  const fleet = await SimulatedFleet.create({ threads, jobs: [JOB], ...options });
  await fleet.open();
  const { ended } = await fleet.finish((elapsedMs) => {
    onStep(elapsedMs, fleet);
    const snapshot = fleet.record?.snapshot();
    if (elapsedMs % 1000 === 0 && snapshot !== undefined) fleet.fleet.validity.update(snapshot);
  });
  expect(ended.end).toBe('completed');
  const { valid, findings } = fleet.fleet.validity.currentValidity;
  expect(valid).toBe(true);
  return findings.map(({ agent, signal, severity, message, value }) => ({ agent, signal, severity, message, value }));
}

test('agents alike have no finding', async () => {
  expect(await findingsOf({ network: { faults: { delayMs: () => 3 } } })).toEqual([]);
});

test('an agent whose clock is known only to more than 10 ms: clock', async () => {
  const [first, ...others] = await findingsOf({ network: { faults: { delayMs: () => 15 } } });
  expect(first).toMatchObject({ agent: 'agent-0000', signal: 'clock', severity: 'note' });
  // Half of the round trip, and the drift of the clocks since then.
  expect(first?.value).toBeGreaterThanOrEqual(0.015);
  expect(first?.value).toBeLessThan(0.017);
  expect(first?.message).toMatch(/^its start time is known only to 15\.\d ?ms$/);
  expect(others.map(({ signal }) => signal)).toEqual(['clock', 'clock', 'clock']);
});

test('an agent whose median is 1.5 times that of the others: uneven', async () => {
  const tookMs = (ofSlow: number) => (sequence: number) => (agentOf(sequence) === 2 ? ofSlow : 10);
  expect(await findingsOf({ tookMs: tookMs(14) })).toEqual([]);
  expect(await findingsOf({ tookMs: tookMs(18) })).toEqual([
    {
      agent: 'agent-0002',
      signal: 'uneven',
      severity: 'note',
      message: expect.stringMatching(/^its median duration is 18\.\d ?ms, that of most agents 10\.\d ?ms$/),
      value: expect.closeTo(0.018, 3),
    },
  ]);
});

test('an agent with a few requests is not uneven', async () => {
  const tookMs = (sequence: number): number => (agentOf(sequence) === 2 ? 30 : 10);
  expect(await findingsOf({ tookMs, jobs: [{ ...JOB, pace: '100/s' }] })).toEqual([]);
});

test('an agent that is cut off for more than 3 s: silent', async () => {
  const cutFor = (seconds: number) => {
    let heal = (): void => {};
    const jobs = [{ ...JOB, pace: '50/s', duration: `${seconds + 2}s` }];
    return findingsOf({ jobs }, (elapsedMs, fleet) => {
      if (elapsedMs === 1000) heal = fleet.partition(1);
      if (elapsedMs === 1000 + seconds * 1000) heal();
    });
  };
  expect(await cutFor(1)).toEqual([]);
  const [silent, ...others] = await cutFor(5);
  expect(others).toEqual([]);
  expect(silent).toMatchObject({ agent: 'agent-0001', signal: 'silent', severity: 'note' });
  expect(silent?.message).toMatch(/^did not report for \d\.\d+ ?s; its load went on$/);
  expect(silent?.value).toBeGreaterThan(3);
  expect(silent?.value).toBeLessThan(7);
});
