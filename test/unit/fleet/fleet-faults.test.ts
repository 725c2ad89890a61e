import { expect, test } from 'vitest';
import { requestsOf } from '../../../src/recorder/snapshot.ts';
import { drawUnit, streamKey } from '../../../src/shared/random.ts';
import { SimulatedFleet } from './simulated-fleet.ts';

/** `LOADBOT_FLEET_AGENTS=1000 LOADBOT_FLEET_SEEDS=1000` is the whole; the default takes seconds. */
const AGENTS = Number(process.env['LOADBOT_FLEET_AGENTS'] ?? 20);
const SEEDS = Number(process.env['LOADBOT_FLEET_SEEDS'] ?? 20);
const FIRST_SEED = Number(process.env['LOADBOT_FLEET_FIRST_SEED'] ?? 1);

const DURATION_MS = 12_000;

/** Draws numbers from 0 to 1 that follow from a seed. */
function drawsOf(seed: number): () => number {
  const [high, low] = [streamKey(seed, 'faults', 'high'), streamKey(seed, 'faults', 'low')];
  let counter = 0;
  return () => drawUnit(high, low, counter++);
}

test.each(Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index))(
  'with the faults of seed %i, recorded and unreported requests are all that were sent',
  async (seed) => {
    const draw = drawsOf(seed);
    const fleet = await SimulatedFleet.create({
      threads: Array.from({ length: AGENTS }, () => 1),
      jobs: [
        {
          type: 'read',
          name: 'reads',
          connections: AGENTS,
          http: { path: '/' },
          collection: 'c',
          pace: `${AGENTS * 10}/s`,
          duration: '12s',
        },
      ],
      onLost: 'continue',
      skewMs: (agent) => agent * 1000,
      network: {
        seed,
        faults: {
          delayMs: (uniform) => 1 + 30 * uniform,
          lostPublishes: 0.1 * draw(),
          lostRequests: 0.1 * draw(),
          lostReplies: 0.1 * draw(),
          duplicated: 0.1 * draw(),
          reordered: 0.1 * draw(),
        },
      },
    });
    await fleet.open();
    const killed = new Set<number>();
    const killAtMs = [draw(), draw()].map((share) => Math.floor(share * DURATION_MS));
    const cutAtMs = Math.floor(draw() * 4000);
    const downAtMs = Math.floor(draw() * DURATION_MS);
    const downForMs = Math.floor(draw() * 4000);
    let heal = (): void => {};
    let cutOff = -1;
    const { ended, final } = await fleet.finish((elapsedMs) => {
      for (const atMs of killAtMs) {
        if (elapsedMs !== atMs) continue;
        const agent = Math.floor(draw() * AGENTS);
        if (!killed.has(agent)) fleet.kill(agent);
        killed.add(agent);
      }
      if (elapsedMs === cutAtMs) {
        cutOff = Math.floor(draw() * AGENTS);
        heal = fleet.partition(cutOff);
      }
      if (elapsedMs === cutAtMs + 3000) heal();
      if (elapsedMs === downAtMs) fleet.network.down();
      if (elapsedMs === downAtMs + downForMs) fleet.network.up();
    });
    expect(ended.end).toBe('completed');
    const recorded = requestsOf(final.jobs[0]!.measured);
    // Every request is recorded but the last ones of lost agents.
    const lost = new Set(fleet.fleet.agents().flatMap(({ name, lost: isLost }) => (isLost ? [name] : [])));
    for (const agent of killed) expect(lost.has(fleet.nameOf(agent))).toBe(true);
    // The agent that was cut off may lose its next messages, and then the bus, until its lease has ended. No other one does.
    const faulty = new Set([...killed, cutOff].map((agent) => fleet.nameOf(agent)));
    expect([...lost].filter((name) => !faulty.has(name))).toEqual([]);
    const of = (isLost: boolean): number =>
      fleet.agents.reduce(
        (sum, { sent }, agent) => sum + (lost.has(fleet.nameOf(agent)) === isLost ? sent.length : 0),
        0,
      );
    const recordedOfLost = fleet.fleet
      .agents()
      .reduce((sum, { lost: isLost, requests }) => sum + (isLost ? requests : 0), 0);
    expect(recorded).toBeLessThanOrEqual(fleet.sent);
    expect(recorded).toBeGreaterThanOrEqual(of(false) + recordedOfLost);
    // Ten requests a second of each agent, and those in flight.
    const unreported = fleet.fleet
      .agents()
      .reduce((sum, { lost: isLost }) => sum + (isLost ? Math.ceil(10 * isLost.unreportedSeconds) + 12 : 0), 0);
    expect(fleet.sent - recorded).toBeLessThanOrEqual(unreported);
  },
);
