import type { Clock, Timer } from '../shared/clock.ts';
import { LoadbotError } from '../shared/errors.ts';
import { LoadClock } from '../shared/load-clock.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import { jobKey } from '../recorder/snapshot.ts';
import { DocumentLedger } from './document-ledger.ts';
import type { JobRunEnd } from './job-run-end.ts';
import type { LoadUnit } from './load-unit.ts';
import { allocateWatermarks } from './write-watermarks.ts';

interface ScheduleOptions {
  readonly plan: Plan;
  readonly units: readonly LoadUnit[];
  readonly record: RunRecord;
  readonly clock: Clock;
  /** Clock of the pauses of the run; absent: it is never paused. */
  readonly loadClock?: LoadClock;
  /** Absent: jobs have no start conditions. */
  readonly gates?: StartGates;
  /** Documents of earlier runs with the same seed; absent: none. */
  readonly documents?: DocumentLedger | undefined;
}

/** Result of each job, and its tickets that came due, by `jobKey`. */
export interface ScheduleEnd {
  readonly end: 'completed' | 'stopped' | 'failed';
  /** Cause of the failure. */
  readonly error: unknown;
  readonly planned: Readonly<Record<string, number>>;
}

/** Runs the steps of a plan one after the other; the jobs of a step run concurrently on every unit. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #gates: StartGates;
  readonly #loadClock: LoadClock;
  readonly #documents: DocumentLedger;
  readonly #planned: Record<string, number> = {};
  readonly #sleeps = new Map<Timer, () => void>();
  /** Aborted when no more jobs may start. */
  readonly #stopping = new AbortController();
  #stopped = false;
  /** Resolves when the load of the step begins: of the first job without a delay, which others count theirs from. */
  #stepBegan: Promise<void> = Promise.resolve();
  #beginStep: () => void = () => {};
  #failure: { readonly error: unknown } | undefined;

  /** @throws {LoadbotError} without a unit: a run that sends nothing must not succeed */
  constructor(options: ScheduleOptions) {
    if (options.units.length === 0) throw new LoadbotError('internal', 'no load thread is left to send requests');
    this.#options = options;
    this.#gates = options.gates ?? noopGates;
    this.#loadClock = options.loadClock ?? new LoadClock(options.clock);
    this.#documents = options.documents ?? new DocumentLedger(options.plan.seed);
  }

  /** Tickets that came due in finished jobs, by `jobKey`. */
  get planned(): ScheduleEnd['planned'] {
    return this.#planned;
  }

  /** Never rejects; the result contains the error. */
  async run(): Promise<ScheduleEnd> {
    for (const step of this.#options.plan.steps) {
      if (this.#stopped) break;
      this.#documents.begin(step.flatMap((index) => this.#options.plan.jobs[index] ?? []).filter(sendsRequests));
      this.#stepBegan = new Promise((resolve) => (this.#beginStep = resolve));
      const isDelayed = (index: number): boolean => (this.#options.plan.jobs[index]?.startAfterMs ?? 0) > 0;
      if (step.every(isDelayed)) this.#beginStep();
      await Promise.all(step.map((index) => this.#runJob(index)));
    }
    this.#cancelPending();
    const end = this.#failure ? 'failed' : this.#stopped ? 'stopped' : 'completed';
    return { end, error: this.#failure?.error, planned: this.#planned };
  }

  /**
   * Starts no more requests; requests in flight may finish within the drain time of their job. A second call can
   * shorten it.
   * @param drainMs replaces the drain time of the jobs; 0: requests in flight are aborted
   */
  stop(drainMs?: number): void {
    this.#stopped = true;
    // A pause ends with the run.
    this.#loadClock.resume(this.#options.clock.nowMs());
    this.#stopping.abort();
    this.#beginStep();
    for (const unit of this.#options.units) unit.stop(drainMs);
    for (const [timer, wake] of this.#sleeps) {
      timer.cancel();
      wake();
    }
  }

  async #runJob(index: number): Promise<void> {
    const job = this.#options.plan.jobs[index];
    if (job === undefined) return;
    await this.#gates.waitForStart(index, this.#stopping.signal);
    if (job.startAfterMs > 0) await this.#stepBegan;
    if (!this.#stopped && job.startAfterMs > 0) await this.#sleep(job.startAfterMs);
    await this.#loadClock.untilResumed();
    if (this.#stopped) return;
    if (!sendsRequests(job)) {
      this.#beginStep();
      return this.#sleep(job.durationMs);
    }
    try {
      await this.#sendRequests(job);
    } catch (error) {
      this.#fail(error);
      // A crashed thread fails all of its jobs at once, with one error.
      const status = this.#failure?.error === error ? 'failed' : 'canceled';
      const nowMs = this.#options.clock.nowMs();
      for (const record of this.#options.record.job(index)) record.end(status, nowMs);
    }
  }

  /** The first failure ends the run. Connections aborted by a stop are not failures of the job. */
  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#failure = { error };
    this.stop();
  }

  async #sendRequests(job: RequestJobPlan): Promise<void> {
    const { units, record, clock } = this.#options;
    const records = record.job(job.index);
    const opened = records.map((one) => one.open(units.length));
    const preparation = this.#documents.prepareJob(job);
    const watermarks = preparation.readsOwnWrites ? allocateWatermarks(units.length) : undefined;
    await Promise.all(
      units.map((one, unit) => {
        const parts = opened.map((ofUnits) => ofUnits[unit]!); // one for each unit
        return one.prepare(job.index, preparation, {
          parts,
          watermarks: watermarks && { memory: watermarks, unit },
        });
      }),
    );
    await this.#loadClock.untilResumed();
    const startMs = clock.nowMs() + Math.max(...units.map(({ startAheadMs }) => startAheadMs));
    for (const one of records) one.begin(startMs);
    this.#beginStep();
    this.#gates.loadBegins(job.index);
    const running = units.map((unit) => unit.run(job.index, startMs));
    const ends = await this.#settle(running).finally(() => this.#gates.loadEnds(job.index));
    this.#documents.completeJob(job, ends);
    for (const [operation, { type, step }] of job.mix.entries()) {
      const key = jobKey({ uuid: job.uuid, type, step });
      this.#planned[key] = ends.reduce(
        (total, { planned }) => total + (planned[operation] ?? 0),
        this.#planned[key] ?? 0,
      );
    }
    const endedMs = Math.max(...ends.map((end) => end.endedMs));
    for (const one of records) one.end(this.#stopped ? 'canceled' : 'completed', endedMs);
  }

  /**
   * Waits for all units and returns their results. When one fails, the others finish their requests in flight before
   * the job's records are closed.
   */
  async #settle(running: readonly Promise<JobRunEnd>[]): Promise<readonly JobRunEnd[]> {
    try {
      return await Promise.all(running);
    } catch (error) {
      this.#fail(error);
      await Promise.allSettled(running);
      throw error;
    }
  }

  #sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleeps.delete(timer);
        resolve();
      };
      const timer = this.#loadClock.after(durationMs, wake);
      this.#sleeps.set(timer, wake);
    });
  }

  /** Cancels jobs that have not started. */
  #cancelPending(): void {
    const { plan, record, clock } = this.#options;
    for (const job of plan.jobs.filter(sendsRequests)) {
      for (const one of record.job(job.index)) if (one.pending) one.end('canceled', clock.nowMs());
    }
  }
}

/** Start conditions of a run's jobs, with notifications of the start and end of their load. */
export interface StartGates {
  /**
   * Resolves when the job may start, or when the signal is aborted. Never rejects.
   * @param job index of the job in the plan
   */
  waitForStart(job: number, signal: AbortSignal): Promise<void>;
  /** The load of a job starts; its sessions are open. */
  loadBegins(job: number): void;
  /** The load of a job has ended: completed, failed or canceled. */
  loadEnds(job: number): void;
}

/** Gates without start conditions. */
export const noopGates: StartGates = {
  waitForStart: () => Promise.resolve(),
  loadBegins: () => {},
  loadEnds: () => {},
};
