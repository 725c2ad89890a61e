import { expect } from 'vitest';
import type { ResultDocument } from '../../../src/reports/document/result-document.ts';
import { Agent, type Ended, readResult, scratchFile, workloadFile } from '../../e2e/agent.ts';

/** A run of a fleet that has begun. */
interface FleetRun {
  /** The process of `run --agents`. */
  readonly coordinator: Agent;
  readonly ended: Promise<EndedFleetRun>;
}

interface EndedFleetRun extends Ended {
  readonly result: ResultDocument;
}

interface FleetOptions {
  /** Load threads of each agent: one agent for each number. */
  readonly threads: readonly number[];
  /** Flags of every agent. */
  readonly flags?: readonly string[];
  /** Flags of one agent. */
  readonly flagsOf?: (agent: number) => readonly string[];
  /** Where an agent runs, if not where the coordinator does. */
  readonly placeOf?: (agent: number) => FleetPlace | undefined;
}

/** Where a process of a fleet runs, and how it reaches the bus. */
export interface FleetPlace {
  readonly bus: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Command and arguments that start the process. */
  readonly prefix?: readonly string[];
}

interface RunOptions {
  /** Number of agents, or those with labels: `region=eu:2`. Default: all of the fleet. */
  readonly agents?: number | string;
  readonly flags?: readonly string[];
  /** Default: a finding that makes the run invalid does not change its exit code. */
  readonly isJudged?: boolean;
}

let pools = 0;

/** Agents in processes of their own, in a pool of their own on a bus that several fleets may use at once. */
export class Fleet {
  readonly agents: readonly Agent[];
  readonly names: readonly string[];
  /** Starts a process of an agent again. */
  readonly startAgain: (agent: number) => Agent;
  readonly #pool: string;
  readonly #place: FleetPlace;

  private constructor(startAgent: (agent: number) => Agent, names: readonly string[], pool: string, place: FleetPlace) {
    this.agents = names.map((_, index) => startAgent(index));
    this.startAgain = startAgent;
    this.names = names;
    this.#pool = pool;
    this.#place = place;
  }

  /**
   * Starts agents, and waits until they are on the bus. They end with the test file.
   * @param bus its port on loopback, or the place of the coordinator
   */
  static async start(bus: number | FleetPlace, options: FleetOptions): Promise<Fleet> {
    const { threads, flags = [], flagsOf = () => [], placeOf = () => undefined } = options;
    const place = typeof bus === 'number' ? placeAt(bus) : bus;
    const pool = `pool-${process.pid}-${pools++}`;
    const names = threads.map((_, index) => `${pool}-${index}`);
    const startAgent = (index: number): Agent => {
      const own = ['--threads', String(threads[index]), ...flags, ...flagsOf(index)];
      return startFleetAgent(placeOf(index) ?? place, pool, names[index] ?? '', own);
    };
    const fleet = new Fleet(startAgent, names, pool, place);
    await Promise.all(fleet.agents.map((agent) => agent.sees(/is idle/)));
    return fleet;
  }

  /** Starts `run --agents`. */
  start(workload: unknown, options: RunOptions = {}): FleetRun {
    const { agents = this.agents.length, flags = [], isJudged = false } = options;
    const out = scratchFile('result.json');
    const coordinator = this.#run(workload, ['--out', out, '--agents', String(agents), ...flags], isJudged);
    return {
      coordinator,
      ended: coordinator.ended.then((ended) => Object.assign(ended, { result: readResult(out) })),
    };
  }

  run(workload: unknown, options: RunOptions = {}): Promise<EndedFleetRun> {
    return this.start(workload, options).ended;
  }

  /** Executes `run --agents` that ends before it has a result. */
  async refused(workload: unknown, flags: readonly string[] = []): Promise<Ended> {
    return this.#run(workload, ['--agents', String(this.agents.length), ...flags]).ended;
  }

  #run(workload: unknown, flags: readonly string[], isJudged = false): Agent {
    const { bus, env, prefix } = this.#place;
    const given = ['run', workloadFile(workload), '--bus', bus, '--pool', this.#pool, ...flags];
    const coordinator = new Agent(given, env, prefix, isJudged);
    coordinator.child.stdin?.end();
    return coordinator;
  }
}

export function busUrl(port: number): string {
  return `nats://127.0.0.1:${port}`;
}

/** A place on this machine, with the bus on loopback. */
export function placeAt(busPort: number): FleetPlace {
  return { bus: busUrl(busPort) };
}

/** Starts one agent without waiting for it. @param at the port of the bus on loopback, or the place of the agent */
export function startFleetAgent(
  at: number | FleetPlace,
  pool: string,
  name: string,
  flags: readonly string[] = [],
): Agent {
  const { bus, env, prefix } = typeof at === 'number' ? placeAt(at) : at;
  const agent = new Agent(['start-agent', '--bus', bus, '--pool', pool, '-n', name, '-p', '0', ...flags], env, prefix);
  agent.child.stdin?.end();
  return agent;
}

/** Requests of all jobs of a result, also those of warm-ups and those whose response is unknown. */
export function sentOf({ jobs }: ResultDocument): number {
  return jobs.reduce((sum, job) => {
    const measured = job.requests + job.aborted;
    return sum + measured + (job.warm_up === null ? 0 : job.warm_up.requests + job.warm_up.aborted);
  }, 0);
}

/** Requests in flight, and those that a busy machine sends above the mean rate. */
const OF_BOUND = { share: 1.1, requests: 8 };

/** Asserts that the missing counts are within those that the run reports as unknown. */
export function expectWithinReportedLoss(result: ResultDocument, received: number): void {
  const messages = result.validity.findings.flatMap(({ signal, message }) => (signal === 'lost' ? [message] : []));
  const unknown = messages.map((message) =>
    Number((/up to ([\d,]+) requests/.exec(message)?.[1] ?? '').replace(',', '')),
  );
  const missing = received - sentOf(result);
  expect(messages.length).toBeGreaterThan(0);
  expect(missing).toBeGreaterThanOrEqual(0);
  const bound = unknown.reduce((sum, count) => sum + count, 0);
  expect(missing).toBeLessThanOrEqual(OF_BOUND.share * bound + OF_BOUND.requests);
}

/** Waits until a count no longer changes for as long as any load would need to change it. */
export async function settled(count: () => Promise<number> | number, quietMs = 1500): Promise<number> {
  for (let last = -1; ;) {
    const now = await count();
    if (now === last) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
}
