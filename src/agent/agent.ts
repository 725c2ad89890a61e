import type { Clock } from '../core/clock.ts';
import type { DebugSwitch } from '../core/debug.ts';
import { LoadbotError, messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Build } from '../metrics/info-families.ts';
import type { Plan } from '../plan/plan.ts';
import type { Report, RunResult } from '../reports/report.ts';
import type { Controlled } from './control-routes.ts';
import type { RunHandle } from './run-handle.ts';
import type { OpenedRun } from './opened-run.ts';
import { Run } from './run.ts';
import { type StatusDocument, toIdleStatus, toStatusDocument } from './status-document.ts';
import type { WorkloadText } from './workload-text.ts';

interface AgentSurroundings {
  /** Label `agent`. */
  readonly name: string;
  /** @throws {LoadbotError} `config_invalid`, with every problem at once */
  readonly plan: (workload: WorkloadText) => Promise<Plan>;
  /** Checks what `plan` does, and throws as it does. */
  readonly check: (workload: WorkloadText) => Promise<void>;
  /** @throws {LoadbotError} when the run cannot start; what was opened has been closed again */
  readonly open: (plan: Plan, run: RunHandle) => Promise<OpenedRun>;
  /** The reports of one run. */
  readonly reports: () => readonly Report[];
  readonly clock: Clock;
  readonly log: Log;
  readonly build: Build;
  readonly debug: DebugSwitch;
}

/** A run on its way or under way. */
interface Current {
  readonly run: Run;
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>;
  /** Once everything it needs is open. */
  opened: OpenedRun | undefined;
}

/** Lives beside a service and runs workloads as it is told, one at a time. */
export class Agent implements Controlled {
  readonly debug: DebugSwitch;
  readonly #surroundings: AgentSurroundings;
  #workload: WorkloadText | undefined;
  #busy = false;
  #retired = false;
  #current: Current | undefined;
  #last: RunResult | undefined;

  constructor(surroundings: AgentSurroundings) {
    this.#surroundings = surroundings;
    this.debug = surroundings.debug;
  }

  /** The workload that `start` takes when it is given none. */
  get workload(): WorkloadText | undefined {
    return this.#workload;
  }

  /** Result of the last run that is over. */
  get result(): RunResult | undefined {
    return this.#last;
  }

  /**
   * Keeps a workload for later.
   * @throws {LoadbotError} `config_invalid` when it cannot be run; the one before is kept then
   */
  async configure(workload: WorkloadText): Promise<void> {
    await this.#surroundings.check(workload);
    this.#workload = workload;
  }

  /**
   * Starts a run; resolves once its load begins.
   * @param workload instead of the one that is configured
   * @throws {LoadbotError} `agent_busy` while another goes on; `config_invalid`; whatever keeps the run from starting
   */
  async start(workload = this.#workload): Promise<StatusDocument> {
    this.#refuseRetired();
    if (this.#busy)
      throw new LoadbotError('agent_busy', 'a run is under way', { hint: 'stop it first, or wait for it' });
    if (workload === undefined) {
      throw new LoadbotError('config_invalid', 'there is no workload to run', {
        hint: 'send one along: loadbot-agent start FILE; or start the agent with -f FILE',
      });
    }
    this.#busy = true;
    try {
      const plan = await this.#surroundings.plan(workload);
      this.#refuseRetired();
      await this.#begin(plan);
    } catch (error) {
      this.#busy = false;
      throw error;
    }
    return this.status();
  }

  stop(): void {
    this.#current?.run.stop();
  }

  /** Ends the run under way at once: its reports tell what there is. */
  kill(): void {
    this.#current?.run.kill();
  }

  status(): StatusDocument {
    const { opened, run } = this.#current ?? {};
    if (opened === undefined || run === undefined) return toIdleStatus(this.#surroundings.name, this.#last);
    return toStatusDocument(opened, run, this.#last);
  }

  /** Starts nothing more, ends the run in progress as a signal does, and resolves when that is over. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.#current?.run.terminate();
    await this.#current?.over;
  }

  #refuseRetired(): void {
    if (this.#retired) throw new LoadbotError('agent_busy', 'the agent is about to end');
  }

  /** Resolves when the run has been opened. */
  #begin(plan: Plan): Promise<void> {
    const { open, clock, log, build, reports } = this.#surroundings;
    return new Promise((resolve, reject) => {
      const keep: Report = { end: (result) => void (this.#last = result) };
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
        reports: [...reports(), keep],
      });
      const over = run.execute().then(
        () => this.#ended(),
        (error: unknown) => {
          // Whoever asked for the run hears why it could not start; why it failed later is for the log.
          if (current.opened === undefined) reject(error instanceof Error ? error : new Error(messageOf(error)));
          else log.error(`the run failed: ${messageOf(error)}`);
          this.#ended();
        },
      );
      const current: Current = { run, over, opened: undefined };
      this.#current = current;
    });
  }

  #ended(): void {
    this.#current = undefined;
    this.#busy = false;
  }
}
