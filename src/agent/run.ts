import type { Clock, Timer } from '../shared/clock.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { redactUrl } from '../shared/redact.ts';
import type { ScheduleEnd } from '../engine/schedule.ts';
import type { Delivery } from '../exporters/exporter.ts';
import type { Build } from '../metrics/agent-families.ts';
import type { Plan } from '../plan/plan.ts';
import type { Reporter, RunResult, PartialRunResult } from '../reports/report.ts';
import { describeBreach } from '../reports/document/threshold-document.ts';
import { type RunEnding, ResultBuilder, type RunObservations } from './result.ts';
import { WAIT_BOUNDS, loadBound, BoundedWaits } from './bounded-waits.ts';
import { LoadObserver, scheduleProgress } from './load-observer.ts';
import type { AbortCause, OpenedRun, RunHandle, RunState } from './opened-run.ts';
import { RunReports } from './run-reports.ts';
import { noopValidity, type Validity } from '../validity/finding.ts';

/** A delivery that takes longer than this is announced. */
const SLOW_DELIVERY_NOTICE_MS = 1000;

interface RunOptions {
  readonly plan: Plan;
  /**
   * @param run handle for observers and stop conditions
   * @throws {LoadbotError} when the run cannot start; everything opened so far has been closed again
   */
  open(run: RunHandle): Promise<OpenedRun>;
  readonly clock: Clock;
  readonly log: Log;
  readonly build: Build;
  readonly reports: readonly Reporter[];
}

/** One execution of a plan, from before its first request to after its last report. */
export class Run implements RunHandle {
  readonly #options: RunOptions;
  readonly #waits: BoundedWaits;
  readonly #reports: RunReports;
  /** Built from the given plan, and once the run is open from the effective one. */
  #results: ResultBuilder;
  #killedBy: unknown;
  #state: RunState = 'running';
  /** Drain time of a stop that replaces that of the jobs. */
  #drainMs: number | undefined;
  #startedEpochMs: number | undefined;
  #opened: OpenedRun | undefined;
  #isDelivering = false;
  /** Why the run was ended early. */
  #abort: { readonly reason: string; readonly cause: AbortCause } | undefined;

  constructor(surroundings: RunOptions) {
    this.#options = surroundings;
    this.#waits = new BoundedWaits(surroundings.clock);
    this.#reports = new RunReports(surroundings.reports, this.#waits);
    this.#results = new ResultBuilder(surroundings.plan, surroundings.build);
  }

  get state(): RunState {
    return this.#state;
  }

  get startedEpochMs(): number | undefined {
    return this.#startedEpochMs;
  }

  get validity(): Validity {
    return this.#opened?.validity.currentValidity ?? noopValidity;
  }

  /**
   * Runs the plan to its end, or until it is stopped. Results are reported however it ended.
   * @throws {LoadbotError} when it could not start, or, once reported, when it failed
   */
  async execute(): Promise<RunResult> {
    // So that the file of an earlier run cannot be mistaken for this one's.
    const unopened = { end: 'in_progress', error: undefined, planned: {} } as const;
    await this.#reports.save(() => this.#results.state(unopened, this.#nothingSeen()), true);
    const opened = this.#state === 'running' ? await this.#open() : undefined;
    if (opened === undefined) return this.#endUnopened();
    this.#opened = opened;
    try {
      return await this.#carryOut(opened);
    } finally {
      // A killed run skips the orderly close: the process is about to exit.
      if (this.#waits.isKilled) opened.kill();
      else await this.#waits.wait(opened.close(), WAIT_BOUNDS.close, () => undefined);
    }
  }

  /**
   * Stops gracefully: starts no more requests; those in flight may finish, within bounds.
   * @param drainMs replaces the drain time of the jobs; 0: requests in flight are aborted
   */
  stop(drainMs?: number): void {
    this.#state = 'stopping';
    this.#drainMs = drainMs ?? this.#drainMs;
    // Without a schedule no requests are in flight.
    if (this.#opened === undefined) this.#waits.beginShutdown();
    this.#opened?.schedule.stop(drainMs);
  }

  /** Stops, and bounds every wait from now on, since a supervisor kills a process that takes longer. */
  terminate(): void {
    this.stop();
    this.#waits.beginShutdown();
    if (this.#isDelivering) void this.#opened?.deliver(this.#waits.remainingMs(WAIT_BOUNDS.delivery));
  }

  /** Stops because a threshold or gate failed, or a part of the load is lost. */
  abort(reason: string, cause: AbortCause = 'requirement'): void {
    if (this.#state !== 'running') return;
    this.#abort = { reason, cause };
    this.#options.log.warn(`${reason}; letting requests in flight finish`);
    this.stop();
  }

  /**
   * Ends at once: reports the numbers so far and waits for nothing else.
   * @param error the failure; absent after a second signal
   */
  kill(error?: unknown): void {
    this.#killedBy = error;
    this.stop();
    this.#waits.kill();
  }

  /** Ends a run that was stopped before its load. */
  async #endUnopened(): Promise<RunResult> {
    const ended = this.#cutShort();
    const result = this.#results.result(ended, this.#nothingSeen(), this.#waits.isKilled);
    await this.#reports.make((report) => report.end(result));
    if (ended.end === 'failed') throw failureOf(ended.error);
    return result;
  }

  /** `undefined`: stopped before it was open. */
  async #open(): Promise<OpenedRun | undefined> {
    const opening = this.#options.open(this);
    try {
      return await this.#waits.wait<OpenedRun | undefined>(opening, WAIT_BOUNDS.open, () => {
        // A late success is closed, a late failure ignored.
        void opening.then((late) => late.close()).catch(() => {});
        if (this.#state === 'stopping') return undefined;
        const seconds = WAIT_BOUNDS.open.normalMs / 1000;
        throw new LoadbotError('internal', `the run could not be started within ${seconds}s`);
      });
    } catch (error) {
      // What was stopped meanwhile need not have succeeded.
      if (this.#state === 'stopping') return undefined;
      const result = this.#results.result({ end: 'failed', error, planned: {} }, this.#nothingSeen(), false);
      // The reason of the failed start matters more than a failure to report it.
      await this.#reports.make((report) => report.endWithoutLoad?.(result)).catch(() => {});
      throw error;
    }
  }

  async #carryOut(opened: OpenedRun): Promise<RunResult> {
    const { plan, schedule, where, snapshot, thresholds, notes } = opened;
    this.#results = new ResultBuilder(plan, this.#options.build);
    const { clock, log } = this.#options;
    const patience = this.#waits;
    if (this.#state === 'stopping') schedule.stop(this.#drainMs);
    const startedMs = clock.nowMs();
    const first = snapshot();
    this.#startedEpochMs = first.epochMs;
    log.info(`run ${plan.runId.slice(0, 8)} of ${plan.workload} against ${redactUrl(plan.target.url)}`);
    for (const place of where) log.info(`metrics: ${place}`);

    const observer = new LoadObserver(opened, first, this.#reports.all, (message) => log.warn(message));
    const updates = this.#update(observer, opened);
    const ended = await patience.wait(schedule.run(), loadBound(plan), () => this.#cutShort());
    this.#state = 'stopping';
    patience.beginEnding();
    updates.cancel();
    const final = snapshot();
    observer.end(final);
    const ending = this.#endingOf(ended);
    // Before any wait, so that the numbers are on disk whatever happens next.
    if (!patience.isKilled) await this.#reports.save(() => this.#results.state(ending, observer.seenAt(final)), true);
    const observing = opened.observed(startedMs, startedMs + final.epochMs - first.epochMs);
    const observed = await patience.wait(observing, WAIT_BOUNDS.sources, () => ({ sources: [], phases: [] }));
    // The last reading of the sources is part of the last metrics.
    thresholds.update(final);
    const deliveries = await this.#deliver(opened);
    // Servers are queried after the delivery of the last metrics.
    const verdicts = await patience.wait(thresholds.evaluateAll(final), WAIT_BOUNDS.thresholds, () =>
      thresholds.standings.map(({ verdict }) => verdict),
    );

    const concluded = { ...observed, deliveries, thresholds: verdicts, courses: observer.conclude(final) };
    const result = this.#results.result(ending, { ...observer.seenAt(final), ...concluded }, patience.isKilled);
    opened.feed?.end(result);
    const noted = patience.wait(notes?.end(result) ?? Promise.resolve(), WAIT_BOUNDS.notes, () => undefined);
    try {
      await this.#reports.make((report) => report.end(result));
    } finally {
      await noted;
    }
    if (ended.end === 'failed') throw failureOf(ended.error);
    return result;
  }

  /** Observes the load each second, and lets reports save its state. */
  #update(observer: LoadObserver, { schedule, snapshot, thresholds }: OpenedRun): Timer {
    const state = (): PartialRunResult => {
      const progress = { end: 'in_progress', error: undefined, planned: schedule.planned } as const;
      return this.#results.state(progress, observer.seenAt(snapshot()));
    };
    const update = (): void => {
      const now = snapshot();
      observer.update(now);
      const breach = this.#state === 'running' ? thresholds.findBreach(now) : undefined;
      if (breach !== undefined) this.abort(describeBreach(breach));
    };
    const save = (): void => void this.#reports.save(state, false);
    return scheduleProgress(this.#options.clock, update, this.#reports.areSaved ? save : undefined);
  }

  #endingOf(ended: ScheduleEnd): RunEnding {
    if (this.#abort === undefined || ended.end !== 'stopped') return ended;
    const { reason, cause } = this.#abort;
    return { ...ended, end: 'aborted', error: reason, abortCause: cause };
  }

  async #deliver({ deliver }: OpenedRun): Promise<readonly Delivery[]> {
    const { clock, log } = this.#options;
    const patience = this.#waits;
    const notice = clock.after(SLOW_DELIVERY_NOTICE_MS, () => {
      log.info('waiting for the last metrics to be delivered (interrupt to leave at once)');
    });
    this.#isDelivering = true;
    const limitMs = patience.isShuttingDown ? patience.remainingMs(WAIT_BOUNDS.delivery) : undefined;
    const deliveries = await patience.wait(deliver(limitMs), WAIT_BOUNDS.delivery, () => []);
    this.#isDelivering = false;
    notice.cancel();
    return deliveries;
  }

  #nothingSeen = (): RunObservations => this.#results.unopened(this.#options.clock.epochMs());

  /** End of a schedule that was not waited for. */
  #cutShort(): ScheduleEnd {
    const end = this.#killedBy === undefined ? 'stopped' : 'failed';
    return { end, error: this.#killedBy, planned: this.#opened?.schedule.planned ?? {} };
  }
}

function failureOf(error: unknown): LoadbotError {
  return error instanceof LoadbotError ? error : new LoadbotError('internal', messageOf(error), { cause: error });
}
