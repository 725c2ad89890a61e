import type { WorkloadText } from '../agent/control-routes.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from '../workload/variables.ts';
import type { PlanOverrides } from '../workload/flags.ts';
import { type ThreadLimits, ThreadQueue, type ThreadWork } from './run-in-thread.ts';

/** Limits of a planning thread. A workload within its bounds needs a few seconds and 200 MiB, on a busy machine too. */
const LIMITS: ThreadLimits = { timeoutMs: 45_000, heapMb: 512 };
/** Limit on queued workloads; each may have megabytes. */
const MOST_WAITING = 8;

/** Settings of all workloads. The folders are for received ones. */
type PlannerSettings = Omit<PlanRequest, 'workload' | 'returnsPlan'>;

/** Plans received workloads, one at a time, each in a new thread. */
export class ThreadPlanner {
  readonly #settings: PlannerSettings;
  readonly #limits: ThreadLimits;
  readonly #queue = new ThreadQueue();

  constructor(settings: PlannerSettings, limits: ThreadLimits = LIMITS) {
    this.#settings = settings;
    this.#limits = limits;
  }

  /** @throws {LoadbotError} `config_invalid`, also when planning exceeds its time or memory; `agent_busy` */
  async plan(workload: WorkloadText): Promise<Plan> {
    const plan = await this.#run(workload, true);
    if (plan === undefined) throw new LoadbotError('internal', 'a planning thread sent no plan');
    return plan;
  }

  /** Checks a workload as `plan` does. */
  async check(workload: WorkloadText): Promise<void> {
    await this.#run(workload, false);
  }

  #run(workload: WorkloadText, returnsPlan: boolean): Promise<Plan | undefined> {
    const allowedFolders = workload.isOwn === true ? undefined : this.#settings.allowedFolders;
    const request: PlanRequest = { ...this.#settings, allowedFolders, workload, returnsPlan };
    const work: ThreadWork = {
      name: 'plan',
      purpose: 'reads workloads',
      limits: this.#limits,
      mostWaiting: MOST_WAITING,
      busy: 'other workloads are being read',
      tooCostly: (excess) =>
        new LoadbotError('config_invalid', `${workload.source} ${excess} to read`, {
          hint: 'loadbot-agent validate FILE checks it without a bound',
        }),
    };
    return this.#queue.run<Plan | undefined>(work, request);
  }
}

/** The one workload that a planning thread reads. */
export interface PlanRequest {
  readonly workload: WorkloadText;
  readonly overrides: PlanOverrides;
  readonly env: Environment;
  /** Folders with the files that it may use; `undefined`: any. */
  readonly allowedFolders: readonly string[] | undefined;
  /** Whether the plan is sent back: cloning a large one takes the time of the thread that gets it. */
  readonly returnsPlan: boolean;
}
