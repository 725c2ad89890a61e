import { Worker } from 'node:worker_threads';
import { forwardThreadOutput } from '../shared/library-output.ts';
import type { WorkloadText } from '../agent/control-routes.ts';
import { LoadbotError, messageOf, type ErrorCode, type Diagnostic } from '../shared/errors.ts';
import { formatMs } from '../shared/units.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from '../workload/variables.ts';
import type { PlanOverrides } from '../workload/flags.ts';

/** Limits of a planning thread. A workload within its bounds needs a few seconds and 200 MiB, on a busy machine too. */
interface PlanningLimits {
  readonly timeoutMs: number;
  readonly heapMb: number;
}

const LIMITS: PlanningLimits = { timeoutMs: 45_000, heapMb: 512 };
/** Limit on queued workloads; each may have megabytes. */
const MOST_WAITING = 8;

/** Settings of all workloads. The folders are for received ones. */
type PlannerSettings = Omit<PlanRequest, 'workload' | 'returnsPlan'>;

/** Plans received workloads, one at a time, each in a new thread. */
export class ThreadPlanner {
  readonly #settings: PlannerSettings;
  readonly #limits: PlanningLimits;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(settings: PlannerSettings, limits: PlanningLimits = LIMITS) {
    this.#settings = settings;
    this.#limits = limits;
  }

  /** @throws {LoadbotError} `config_invalid`, also when planning exceeds its time or memory; `agent_busy` */
  async plan(workload: WorkloadText): Promise<Plan> {
    const plan = await this.#inTurn(this.#request(workload, true));
    if (plan === undefined) throw new LoadbotError('internal', 'a planning thread sent no plan');
    return plan;
  }

  /** Checks a workload as `plan` does. */
  async check(workload: WorkloadText): Promise<void> {
    await this.#inTurn(this.#request(workload, false));
  }

  #request(workload: WorkloadText, returnsPlan: boolean): PlanRequest {
    const allowedFolders = workload.isOwn === true ? undefined : this.#settings.allowedFolders;
    return { ...this.#settings, allowedFolders, workload, returnsPlan };
  }

  async #inTurn(request: PlanRequest): Promise<Plan | undefined> {
    if (this.#waiting >= MOST_WAITING) {
      throw new LoadbotError('agent_busy', 'other workloads are being read', { hint: 'try again in a few seconds' });
    }
    this.#waiting++;
    const result = this.#last.then(() => planInThread(request, this.#limits)).finally(() => this.#waiting--);
    this.#last = result.catch(() => {});
    return result;
  }
}

function planInThread(request: PlanRequest, { timeoutMs, heapMb }: PlanningLimits): Promise<Plan | undefined> {
  const { source } = request.workload;
  const resourceLimits = { maxOldGenerationSizeMb: heapMb };
  const thread = new Worker(new URL('plan-thread.js', import.meta.url), {
    workerData: request,
    name: 'plan',
    resourceLimits,
    stdout: true,
    stderr: true,
  });
  forwardThreadOutput(thread, 'plan');
  return new Promise<Plan | undefined>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(tooCostly(source, `takes longer than ${formatMs(timeoutMs)} to read`)),
      timeoutMs,
    );
    thread.on('message', (reply: PlanReply) => {
      if ('error' in reply) reject(unpackProblems(reply.error));
      else resolve(reply.plan);
    });
    thread.on('error', (error) => {
      const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(isFull ? tooCostly(source, `takes more than ${heapMb} MiB to read`) : died(messageOf(error)));
    });
    thread.on('exit', (code) => {
      clearTimeout(timer);
      reject(died(`exit code ${code}`));
    });
  }).finally(() => void thread.terminate());
}

function tooCostly(source: string, message: string): LoadbotError {
  const hint = 'loadbot-agent validate FILE checks it without a bound';
  return new LoadbotError('config_invalid', `${source} ${message}`, { hint });
}

function died(reason: string): LoadbotError {
  return new LoadbotError('internal', `the thread that reads workloads failed: ${reason}`);
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

/** The plan, if requested, or the error. */
export type PlanReply = { readonly plan: Plan | undefined } | { readonly error: PortableProblems };

/** An error as it crosses threads, where classes are lost. */
interface PortableProblems {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly problems: readonly Diagnostic[];
}

/** As many problems as an answer of the control API lists. */
const MOST_PROBLEMS = 1000;

export function packProblems(error: unknown): PortableProblems {
  if (!(error instanceof LoadbotError)) {
    return { code: 'internal', message: messageOf(error), hint: undefined, problems: [] };
  }
  const { code, message, hint, problems } = error;
  return { code, message, hint, problems: problems.slice(0, MOST_PROBLEMS) };
}

function unpackProblems({ code, message, hint, problems }: PortableProblems): LoadbotError {
  return new LoadbotError(code, message, { ...(hint !== undefined && { hint }), problems });
}
