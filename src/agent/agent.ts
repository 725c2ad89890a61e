import type { Clock } from '../shared/clock.ts';
import type { DebugSwitch, Log } from '../shared/log.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { Steering } from '../engine/steering.ts';
import type { Build } from '../metrics/agent-families.ts';
import type { Plan } from '../plan/plan.ts';
import { endReport } from './result.ts';
import type { Reporter, RunResult } from '../reports/report.ts';
import type { ControlTarget, WorkloadText } from './control-routes.ts';
import type { RunHandle, OpenedRun } from './opened-run.ts';
import { Run } from './run.ts';
import { type StatusDocument, toIdleStatus, toStatusDocument } from './status-document.ts';

interface AgentDependencies {
  /** Label `agent`. */
  readonly name: string;
  /** @throws {LoadbotError} `config_invalid`, with every problem at once */
  readonly plan: (workload: WorkloadText) => Promise<Plan>;
  /** Runs the checks of `plan`, and throws the same errors. */
  readonly check: (workload: WorkloadText) => Promise<void>;
  /** @throws {LoadbotError} when the run cannot start; everything opened so far has been closed again */
  readonly open: (plan: Plan, run: RunHandle) => Promise<OpenedRun>;
  /** The reports of one run. */
  readonly reports: () => readonly Reporter[];
  readonly clock: Clock;
  readonly log: Log;
  readonly build: Build;
  readonly debug: DebugSwitch;
  /** Called when a client stops a run; absent: not noted. */
  readonly onStop?: () => void;
}

/** A run that starts or runs. */
interface Current {
  readonly run: Run;
  /** Whether it is of the configured workload, rather than of one that was sent for it. */
  readonly isConfigured: boolean;
  /** Resolves when the run has ended, for any reason. */
  readonly over: Promise<void>;
  /** Set once the run is open. */
  opened: OpenedRun | undefined;
}

/** Long-running process that runs workloads on request, one at a time. */
export class Agent implements ControlTarget {
  readonly debug: DebugSwitch;
  readonly #dependencies: AgentDependencies;
  #workload: WorkloadText | undefined;
  #busy = false;
  #retired = false;
  #current: Current | undefined;
  #last: RunResult | undefined;

  constructor(surroundings: AgentDependencies) {
    this.#dependencies = surroundings;
    this.debug = surroundings.debug;
  }

  /** Whether no run is in progress, of its own or of a fleet. */
  get isFree(): boolean {
    return !this.#busy && !this.#retired;
  }

  /**
   * Reserves the agent, as a run does.
   * @returns a function that ends the reservation
   * @throws {LoadbotError} `agent_busy`
   */
  take(): () => void {
    this.#refuseRetired();
    this.#refuseBusy();
    this.#busy = true;
    return () => void (this.#busy = false);
  }

  get isReady(): boolean {
    return !this.#retired;
  }

  /** The default workload of `start`. */
  get workload(): WorkloadText | undefined {
    return this.#workload;
  }

  /** Result of the last completed run. */
  get result(): RunResult | undefined {
    return this.#last;
  }

  /**
   * Stores a workload for a later start.
   * @throws {LoadbotError} `config_invalid` when it cannot be run; the previous one is kept
   */
  async configure(workload: WorkloadText): Promise<void> {
    await this.#dependencies.check(workload);
    this.#workload = workload;
  }

  /**
   * Starts a run; resolves once its load begins.
   * @param sent replaces the configured one
   * @throws {LoadbotError} `agent_busy` during another run; `config_invalid`; the reason why the run cannot start
   */
  async start(sent?: WorkloadText): Promise<StatusDocument> {
    const workload = sent ?? this.#workload;
    this.#refuseRetired();
    this.#refuseBusy();
    if (workload === undefined) {
      throw new LoadbotError('config_invalid', 'no workload to run', {
        hint: 'send one: loadbot-agent start FILE; or start the agent with -f FILE',
      });
    }
    this.#busy = true;
    try {
      const plan = await this.#dependencies.plan(workload);
      this.#refuseRetired();
      await this.#begin(plan, sent === undefined);
    } catch (error) {
      this.#busy = false;
      throw error;
    }
    return this.status();
  }

  /** Whether a run of the configured workload is in progress. */
  get isRunningConfigured(): boolean {
    return this.#current?.isConfigured === true;
  }

  /** Stops the run in progress, and starts the configured workload when it has ended. */
  async restart(): Promise<void> {
    this.stop();
    await this.#current?.over;
    if (!this.#retired) await this.start();
  }

  stop(drainMs?: number): void {
    if (this.#current?.run.state === 'running') this.#dependencies.onStop?.();
    this.#current?.run.stop(drainMs);
  }

  get steering(): Steering | undefined {
    return this.#current?.opened?.steering;
  }

  /** Ends the current run at once and reports the numbers so far. */
  kill(): void {
    this.#current?.run.kill();
  }

  status(): StatusDocument {
    const { opened, run } = this.#current ?? {};
    if (opened === undefined || run === undefined) return toIdleStatus(this.#dependencies.name, this.#last);
    return toStatusDocument(opened, run, this.#last);
  }

  /** Refuses new runs, ends the current one as a signal does, and resolves when it has ended. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.#current?.run.terminate();
    await this.#current?.over;
  }

  #refuseBusy(): void {
    if (!this.#busy) return;
    throw new LoadbotError('agent_busy', 'a run is in progress', { hint: 'stop it first, or wait for it' });
  }

  #refuseRetired(): void {
    if (this.#retired) throw new LoadbotError('agent_busy', 'the agent is about to end');
  }

  /** Resolves when the run has been opened. */
  #begin(plan: Plan, isConfigured: boolean): Promise<void> {
    const { open, clock, log, build, reports } = this.#dependencies;
    return new Promise((resolve, reject) => {
      const keep: Reporter = { end: (result) => void (this.#last = result) };
      const run = new Run({
        plan,
        open: async (handle) => {
          const opened = await open(plan, handle);
          current.opened = opened;
          resolve();
          return opened;
        },
        clock,
        log,
        build,
        reports: [endReport(log), ...reports(), keep],
      });
      const over = run.execute().then(
        () => this.#ended(),
        (error: unknown) => {
          // The caller of `start` gets the reason why a run cannot start; a later failure goes to the log.
          if (current.opened === undefined) reject(error instanceof Error ? error : new Error(messageOf(error)));
          else log.error(`the run failed: ${messageOf(error)}`);
          this.#ended();
        },
      );
      const current: Current = { run, isConfigured, over, opened: undefined };
      this.#current = current;
    });
  }

  #ended(): void {
    this.#current = undefined;
    this.#busy = false;
  }
}
