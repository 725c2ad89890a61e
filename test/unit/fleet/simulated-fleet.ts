import { LoadClock } from '../../../src/shared/load-clock.ts';
import { MemoryNetwork, type MemoryNetworkOptions } from '../../memory-bus/memory-network.ts';
import { createRunRecord } from '../../../src/compose/watch-run.ts';
import { Schedule, type ScheduleEnd } from '../../../src/engine/schedule.ts';
import { Fleet } from '../../../src/fleet/coordinator/fleet.ts';
import { recruitAgents } from '../../../src/fleet/coordinator/recruit.ts';
import type { AgentDemand } from '../../../src/fleet/coordinator/selection.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { RunRecord } from '../../../src/recorder/run-record.ts';
import type { Snapshot } from '../../../src/recorder/snapshot.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { plan } from '../workload/planning.ts';
import { SimulatedAgent, type TookMs } from './simulated-agent.ts';

export interface SimulatedFleetOptions {
  /** Load threads of each agent. */
  readonly threads: readonly number[];
  readonly jobs: readonly object[];
  /** Fields of the workload beside its jobs. */
  readonly workload?: object;
  readonly tookMs?: TookMs;
  readonly network?: Omit<MemoryNetworkOptions, 'clock'>;
  readonly onLost?: 'stop' | 'continue';
  readonly demands?: readonly AgentDemand[];
  /** Milliseconds between the clocks of an agent and the coordinator. */
  readonly skewMs?: (agent: number) => number;
  /** When an agent comes to the bus. Default: before the coordinator. */
  readonly joinsAfterMs?: (agent: number) => number;
}

/** A run on a fleet in virtual time: its agents and their target are in this process. */
export class SimulatedFleet {
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly agents: readonly SimulatedAgent[];
  readonly plan: Plan;
  readonly fleet: Fleet;
  readonly warnings: string[] = [];
  /** Why the run was aborted. */
  abortReason: string | undefined;
  record: RunRecord | undefined;
  schedule: Schedule | undefined;
  readonly #options: SimulatedFleetOptions;
  #stepMs = 1;

  private constructor(planned: Plan, options: SimulatedFleetOptions) {
    this.plan = planned;
    this.#options = options;
    this.network = new MemoryNetwork({ clock: this.clock, ...options.network });
    this.agents = options.threads.map((_, index) => this.#createAgent(index));
    this.fleet = new Fleet({
      bus: this.network.join('coordinator'),
      clock: this.clock,
      run: planned.runId,
      onLost: options.onLost ?? 'stop',
      leaseMs: 10_000,
      seal: () => new Uint8Array(10),
      warn: (message) => this.warnings.push(message),
    });
  }

  static async create(options: SimulatedFleetOptions): Promise<SimulatedFleet> {
    const planned = await plan({
      connection_string: 'http://127.0.0.1:1',
      seed: 1,
      jobs: options.jobs,
      ...options.workload,
    });
    return new SimulatedFleet(planned, options);
  }

  /** Requests that the target has seen. */
  get sent(): number {
    return this.agents.reduce((sum, { sent }) => sum + sent.length, 0);
  }

  /** Recruits all agents, runs the jobs to their end, and closes the fleet. */
  async run(): Promise<{ readonly ended: ScheduleEnd; readonly final: Snapshot }> {
    await this.open();
    return this.finish();
  }

  /** Recruits the agents, and opens the plan on them. */
  async open(): Promise<void> {
    const { threads, demands = [{ count: threads.length, label: undefined }] } = this.#options;
    const recruits = await this.settled(
      recruitAgents({
        bus: this.network.join('coordinator'),
        clock: this.clock,
        run: this.plan.runId,
        version: '0.1.0',
        pool: 'default',
        demands,
        withinMs: 30_000,
        leaseMs: 10_000,
        driver: 'http',
        sign: () => undefined,
        isCanceled: () => false,
        warn: (message) => this.warnings.push(message),
      }),
    );
    this.fleet.join(recruits);
    const record = createRunRecord(this.plan, [], this.fleet.recordClock);
    this.record = record;
    const units = await this.settled(
      this.fleet.open({
        plan: this.plan,
        record,
        loadClock: new LoadClock(this.clock),
        phases: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
        phaseNames: [],
        onFailure: () => {},
        abort: (reason) => {
          this.abortReason = reason;
          this.schedule?.stop();
        },
        openHeapAccount: () => undefined,
      }),
    );
    this.schedule = new Schedule({ plan: this.plan, units, record, clock: this.clock });
  }

  /**
   * Runs the jobs to their end.
   * @param onStep called after each step of the clock, with milliseconds since the beginning
   */
  async finish(onStep: (elapsedMs: number) => void = () => {}): Promise<{
    readonly ended: ScheduleEnd;
    readonly final: Snapshot;
  }> {
    if (this.schedule === undefined || this.record === undefined) throw new Error('the fleet is not open');
    const startMs = this.clock.nowMs();
    const ended = await this.settled(this.schedule.run(), () => onStep(this.clock.nowMs() - startMs));
    const final = this.record.snapshot();
    this.fleet.validity.update(final);
    await this.settled(this.fleet.close());
    return { ended, final };
  }

  /** Name of an agent on the bus. */
  nameOf(agent: number): string {
    return nameOf(agent);
  }

  /** Cuts an agent off from all others. Returns a function that heals the network. */
  partition(agent: number): () => void {
    return this.network.partition([nameOf(agent)]);
  }

  /** Ends the process of an agent. */
  kill(agent: number): void {
    this.network.kill(nameOf(agent));
    this.agents[agent]?.crash();
  }

  /** Starts another process with the name of an agent. */
  restart(agent: number): SimulatedAgent {
    return this.#createAgent(agent, `${nameOf(agent)}-restarted`);
  }

  #createAgent(index: number, incarnation?: string): SimulatedAgent {
    const { threads, tookMs = () => 5, skewMs = () => 0, joinsAfterMs = () => 0 } = this.#options;
    const name = nameOf(index);
    return new SimulatedAgent({
      name,
      bus: this.network.join(name),
      clock: skewed(this.clock, skewMs(index)),
      threads: threads[index] ?? 1,
      tookMs,
      plan: this.plan,
      ...(incarnation === undefined ? { joinsAfterMs: joinsAfterMs(index) } : { incarnation }),
    });
  }

  /** Lets time pass until a promise settles. */
  async settled<T>(promise: Promise<T>, onStep: () => void = () => {}): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    for (let turn = 0; turn < 1_000_000; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isSettled) return promise;
      this.clock.pass(this.#stepMs);
      onStep();
    }
    throw new Error('the run does not end');
  }
}

function nameOf(agent: number): string {
  return `agent-${String(agent).padStart(4, '0')}`;
}

function skewed(clock: VirtualClock, skewMs: number): Clock {
  return {
    nowMs: () => clock.nowMs() + skewMs,
    epochMs: () => clock.epochMs() + skewMs,
    after: (delayMs, fire) => clock.after(delayMs, fire),
  };
}
