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
  /** Port of the bus for an agent, if it differs from that of the coordinator. */
  readonly portOf?: (agent: number) => number;
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
  readonly #flags: readonly string[];

  private constructor(agents: readonly Agent[], names: readonly string[], flags: readonly string[]) {
    this.agents = agents;
    this.names = names;
    this.#flags = flags;
  }

  /** Starts agents, and waits until they are on the bus. They end with the test file. */
  static async start(busPort: number, options: FleetOptions): Promise<Fleet> {
    const { threads, flags = [], flagsOf = () => [], portOf = () => busPort } = options;
    const pool = `pool-${process.pid}-${pools++}`;
    const names = threads.map((_, index) => `${pool}-${index}`);
    const agents = names.map((name, index) =>
      startFleetAgent(portOf(index), pool, name, ['--threads', String(threads[index]), ...flags, ...flagsOf(index)]),
    );
    await Promise.all(agents.map((agent) => agent.sees(/is idle/)));
    return new Fleet(agents, names, ['--bus', busUrl(busPort), '--pool', pool]);
  }

  /** Starts `run --agents`. */
  start(workload: unknown, options: RunOptions = {}): FleetRun {
    const { agents = this.agents.length, flags = [], isJudged = false } = options;
    const out = scratchFile('result.json');
    const given = ['run', workloadFile(workload), '--out', out, '--agents', String(agents), ...this.#flags, ...flags];
    const coordinator = new Agent(given, {}, [], isJudged);
    coordinator.child.stdin?.end();
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
    const given = ['run', workloadFile(workload), '--agents', String(this.agents.length), ...this.#flags, ...flags];
    return new Agent(given).ended;
  }
}

export function busUrl(port: number): string {
  return `nats://127.0.0.1:${port}`;
}

/** Starts one agent without waiting for it. */
export function startFleetAgent(busPort: number, pool: string, name: string, flags: readonly string[] = []): Agent {
  const agent = new Agent(['start-agent', '--bus', busUrl(busPort), '--pool', pool, '-n', name, '-p', '0', ...flags]);
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
