import { type Clock, startTicker } from '../../shared/clock.ts';
import type { StartCondition } from '../../plan/gate.ts';
import { formatMs } from '../../shared/units.ts';
import type { WaitDocument } from '../documents.ts';
import type { Sources } from '../sources.ts';
import { ConditionWait } from './condition-wait.ts';

/** Interval of the reminders about a pending wait. */
const REMIND_EVERY_MS = 30_000;

/** A job's start conditions. */
export interface JobStartConditions {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly waitFor: StartCondition | undefined;
}

interface WaitsContext {
  readonly sources: Pick<Sources, 'watch'>;
  readonly clock: Clock;
  /** Prints one line. */
  readonly log: (message: string) => void;
  /** Ends the run, because a job's wait has timed out. */
  readonly abort: (reason: string) => void;
}

/** A wait that has started. */
interface Begun {
  readonly job: JobStartConditions;
  readonly waitFor: StartCondition;
  readonly wait: ConditionWait;
  readonly begunMs: number;
  /** Result of a completed wait. */
  over: Pick<WaitDocument, 'seconds' | 'outcome' | 'found'> | undefined;
}

/** Start conditions of a run's jobs: a job's load starts when its condition holds. */
export class StartConditions {
  readonly #context: WaitsContext;
  readonly #jobs: readonly JobStartConditions[];
  readonly #waits = new Map<number, ConditionWait>();
  readonly #begun: Begun[] = [];

  constructor(jobs: readonly JobStartConditions[], context: WaitsContext) {
    this.#jobs = jobs;
    this.#context = context;
  }

  /** Starts to evaluate the conditions. Requires the first reading of the sources. */
  start(): void {
    const { sources, clock } = this.#context;
    for (const { index, waitFor } of this.#jobs) {
      if (waitFor !== undefined) this.#waits.set(index, new ConditionWait(waitFor, sources, clock));
    }
  }

  stop(): void {
    for (const wait of this.#waits.values()) wait.close();
  }

  /** The waits that have started, in that order. */
  toDocument(): readonly WaitDocument[] {
    return this.#begun.map(({ job, waitFor, wait, begunMs, over }) => ({
      job: job.name,
      job_uuid: job.uuid,
      condition: waitFor.text,
      timeout_seconds: waitFor.timeoutMs / 1000,
      ...(over ?? { seconds: this.#secondsSince(begunMs), outcome: 'waiting' as const, found: wait.explain() }),
    }));
  }

  /** Resolves when the job may start, or when the run ends before that. Never rejects. */
  async pass(index: number, signal: AbortSignal): Promise<void> {
    const job = this.#jobs.find((one) => one.index === index);
    const wait = this.#waits.get(index);
    if (job?.waitFor === undefined || wait === undefined) return;
    const { clock, log, abort } = this.#context;
    const { text, timeoutMs } = job.waitFor;
    const begun: Begun = { job, waitFor: job.waitFor, wait, begunMs: clock.nowMs(), over: undefined };
    this.#begun.push(begun);
    const waited = !wait.isReady;
    if (waited) log(`${job.name}: waiting up to ${formatMs(timeoutMs)} for ${text}: ${wait.explain()}`);
    const reminder = startTicker(clock, REMIND_EVERY_MS, () =>
      log(`${job.name}: still waiting for ${text} after ${formatMs(clock.nowMs() - begun.begunMs)}: ${wait.explain()}`),
    );
    const outcome = await wait.wait(signal);
    reminder.cancel();
    const seconds = this.#secondsSince(begun.begunMs);
    const found = wait.explain();
    begun.over = { seconds, outcome, found };
    wait.close();
    if (outcome === 'timed_out')
      abort(`${job.name} timed out after ${formatMs(timeoutMs)} waiting for ${text}: ${found}`);
    if (outcome === 'held' && waited) log(`${job.name}: ${text} holds, after ${formatMs(seconds * 1000)}`);
  }

  /** Rounded to milliseconds. */
  #secondsSince(ms: number): number {
    return Math.round(this.#context.clock.nowMs() - ms) / 1000;
  }
}
