import type { MemoryCounts } from '../../memory-bus/memory-network.ts';
import { requestsOf } from '../../../src/recorder/snapshot.ts';
import { drawUnit, streamKey } from '../../../src/shared/random.ts';
import type { SimulatedAgent } from './simulated-agent.ts';
import { SimulatedFleet } from './simulated-fleet.ts';

/** Short: agents that are killed are lost 5 to 12 s later, whatever the duration, and each second costs as much. */
const DURATION_MS = 1500;
/** Time after the first request before which no agent is killed: until then, it has sent some. */
const ALL_SEND_MS = 500;
/** Requests of each agent in a second. */
const RATE = 10;
const MOST_DELAY_MS = 31;
/** Messages that are lost, duplicated and reordered, as a share of each; the least is enough that some are. */
const LEAST_LOST = 0.005;
const MOST_LOST = 0.02;

/** Result of a run with faults. */
interface FaultyRun {
  readonly end: string;
  /** Requests that the target has seen. */
  readonly sent: number;
  /** Requests that agents which are not lost have sent. */
  readonly sentOfOthers: number;
  readonly recorded: number;
  /** Recorded requests of lost agents. */
  readonly recordedOfLost: number;
  /** Most requests that lost agents may have sent without a report. */
  readonly unreported: number;
  readonly lost: readonly string[];
  readonly lossReasons: readonly string[];
  /** Agents with a fault of their own: killed, or cut off. */
  readonly killed: readonly string[];
  readonly cutOff: string;
  /** Requests that killed agents had sent: faults in the preparation of a job would lose none. */
  readonly sentOfKilled: number;
  /** Requests of processes that were started again during the run. */
  readonly sentOfRestarted: number;
  /** Faults that occurred, over all messages. */
  readonly messages: MemoryCounts;
  readonly faults: { readonly lateMs: number; readonly restarts: number; readonly downMs: number };
  /** Virtual time from the first message to the end of the run, in milliseconds. */
  readonly tookMs: number;
}

function lossOf(draw: () => number): number {
  return LEAST_LOST + (MOST_LOST - LEAST_LOST) * draw();
}

/** Draws numbers from 0 to 1 that follow from a seed. */
function drawsOf(seed: number): () => number {
  const [high, low] = [streamKey(seed, 'faults', 'high'), streamKey(seed, 'faults', 'low')];
  let counter = 0;
  return () => drawUnit(high, low, counter++);
}

/**
 * Runs a job on a simulated fleet. Up to 2 % of its messages each are lost, duplicated and reordered, and all are
 * delayed. One agent joins late; two are killed, and one of them is started again; one is cut off for 3 s; and the bus is
 * down for up to 1 s. All follow from the seed. Jobs of even seeds have a schedule, the others send as fast as the target
 * answers. Faults of agents and of the bus begin with the load.
 */
export async function runWithFaults(seed: number, agents: number): Promise<FaultyRun> {
  const draw = drawsOf(seed);
  const isPaced = seed % 2 === 0;
  const lateMs = Math.floor(1000 * draw());
  const late = Math.floor(draw() * agents);
  let hasSent = false;
  const job = { type: 'read', name: 'reads', connections: agents, http: { path: '/' }, collection: 'c' };
  const fleet = await SimulatedFleet.create({
    threads: Array.from({ length: agents }, () => 1),
    jobs: [{ ...job, duration: `${DURATION_MS}ms`, ...(isPaced && { pace: `${agents * RATE}/s` }) }],
    tookMs: (ticket) => {
      hasSent = true;
      return (isPaced ? 5 : 1000 / RATE) + (ticket % 50);
    },
    onLost: 'continue',
    skewMs: (agent) => agent * 1000,
    joinsAfterMs: (agent) => (agent === late ? lateMs : 0),
    network: {
      seed,
      faults: {
        delayMs: (uniform) => 1 + (MOST_DELAY_MS - 1) * uniform,
        lostPublishes: lossOf(draw),
        lostRequests: lossOf(draw),
        lostReplies: lossOf(draw),
        duplicated: lossOf(draw),
        reordered: lossOf(draw),
        reconnectMs: (uniform) => 1000 * uniform,
      },
    },
  });
  await fleet.open();
  const atOf = (fromMs: number): number => Math.floor(fromMs + draw() * (DURATION_MS - fromMs));
  const kills = [1, 2].map(() => ({ atMs: atOf(ALL_SEND_MS), agent: agentOf(draw) }));
  const restartAtMs = Math.min(...kills.map(({ atMs }) => atMs)) + 300;
  const cut = { atMs: atOf(0), agent: agentOf(draw) };
  const down = { atMs: atOf(0), forMs: Math.floor(draw() * 1000) };
  const killed = new Set<number>();
  const restarted: SimulatedAgent[] = [];
  let heal = (): void => {};
  let sendsFromMs: number | undefined;
  const { ended, final } = await fleet.finish((sinceOpenMs) => {
    if (hasSent) sendsFromMs ??= sinceOpenMs;
    if (sendsFromMs === undefined) return;
    const elapsedMs = sinceOpenMs - sendsFromMs;
    for (const { atMs, agent } of kills) {
      if (elapsedMs !== atMs || killed.has(agent)) continue;
      fleet.kill(agent);
      killed.add(agent);
    }
    const [first] = killed;
    if (elapsedMs === restartAtMs && first !== undefined) restarted.push(fleet.restart(first));
    if (elapsedMs === cut.atMs) heal = fleet.partition(cut.agent);
    if (elapsedMs === cut.atMs + 3000) heal();
    if (elapsedMs === down.atMs) fleet.network.down();
    if (elapsedMs === down.atMs + down.forMs) fleet.network.up();
  });
  const results = fleet.fleet.agents();
  const lost = new Set(results.flatMap(({ name, lost: isLost }) => (isLost ? [name] : [])));
  return {
    end: ended.end,
    sent: fleet.sent,
    sentOfOthers: fleet.agents.reduce(
      (sum, { sent }, agent) => sum + (lost.has(fleet.nameOf(agent)) ? 0 : sent.length),
      0,
    ),
    recorded: requestsOf(final.jobs[0]!.measured),
    recordedOfLost: results.reduce((sum, { lost: isLost, requests }) => sum + (isLost ? requests : 0), 0),
    // And those in flight.
    unreported: results.reduce(
      (sum, { lost: isLost }) => sum + (isLost ? Math.ceil(RATE * isLost.unreportedSeconds) + RATE + 2 : 0),
      0,
    ),
    lost: [...lost],
    lossReasons: fleet.fleet.members.flatMap(({ loss }) => loss?.reason ?? []),
    killed: [...killed].map((agent) => fleet.nameOf(agent)),
    cutOff: fleet.nameOf(cut.agent),
    sentOfKilled: [...killed].reduce((sum, agent) => sum + (fleet.agents[agent]?.sent.length ?? 0), 0),
    sentOfRestarted: restarted.reduce((sum, { sent }) => sum + sent.length, 0),
    messages: fleet.network.counts,
    faults: { lateMs, restarts: restarted.length, downMs: down.forMs },
    tookMs: fleet.clock.nowMs(),
  };

  function agentOf(uniform: () => number): number {
    return Math.floor(uniform() * agents);
  }
}

/** Names the problems of a run; empty: none. */
export function problemsOf(run: FaultyRun): readonly string[] {
  const { end, sent, sentOfOthers, recorded, recordedOfLost, unreported, lost, killed, cutOff, sentOfRestarted } = run;
  const problems: string[] = [];
  if (end !== 'completed') problems.push(`the run ended as ${end}`);
  if (recorded > sent) problems.push(`${recorded} requests are recorded, ${sent} were sent`);
  // Every request is recorded but the last ones of lost agents.
  const least = sentOfOthers + recordedOfLost;
  if (recorded < least) problems.push(`${recorded} requests are recorded, not at least ${least}`);
  if (sent - recorded > unreported)
    problems.push(`${sent - recorded} requests are missing, ${unreported} are unreported`);
  if (lost.length === 0 && recorded !== sent)
    problems.push(`${recorded} of ${sent} are recorded, and no agent is lost`);
  for (const name of killed) if (!lost.includes(name)) problems.push(`${name} was killed, and is not lost`);
  // The one that was cut off may lose its next messages, and then the bus, until its lease has ended. No other one does.
  for (const name of lost) {
    if (!killed.includes(name) && name !== cutOff) problems.push(`${name} is lost without a fault of its own`);
  }
  if (sentOfRestarted > 0) problems.push(`a process that was started again sent ${sentOfRestarted} requests`);
  return problems;
}
