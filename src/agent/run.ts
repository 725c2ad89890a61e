import type { Clock, Timer } from '../core/clock.ts';
import { LoadbotError, messageOf } from '../core/errors.ts';
import type { Floor } from '../core/floor.ts';
import type { Log } from '../core/log.ts';
import { redactUrl } from '../core/redact.ts';
import type { Schedule, ScheduleEnd } from '../engine/schedule.ts';
import type { Delivery } from '../exporters/exporter.ts';
import type { Build } from '../metrics/info-families.ts';
import type { Plan } from '../plan/plan.ts';
import type { FailureSample, Snapshot } from '../recorder/snapshot.ts';
import type { Report, RunResult } from '../reports/report.ts';
import { subjectOf } from '../reports/verdict-document.ts';
import { Courses } from '../verdicts/courses.ts';
import type { ThresholdWatch } from '../verdicts/threshold-watch.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import type { RunNotes } from './run-notes.ts';
import { type Ending, resultOf } from './result.ts';
import type { RunHandle, RunState } from './run-handle.ts';
import { describeFinding, type Finding, UNWATCHED, type Validity } from '../validity/finding.ts';
import type { ValidityWatch } from '../validity/watch.ts';

const UPDATE_EVERY_MS = 1000;
/** A delivery that takes longer than this is worth a word. */
const PATIENCE_MS = 1000;
/** How long the end of a run that is killed may take to be written down: after a second signal the process leaves within 150 ms. */
const LAST_WORDS_MS = 100;

/** Everything a run needs, opened and ready. */
export interface OpenedRun {
  /** The plan as it is carried out: its target is the one that the load really goes to. */
  readonly plan: Plan;
  readonly schedule: Schedule;
  /** Where people find the metrics, each as a phrase. */
  readonly where: readonly string[];
  /** Reads the sources for the last time and tells what they told, with times from `startedMs` of the clock on. */
  readonly observed: (startedMs: number) => Promise<Pick<RunResult, 'sources' | 'phases'>>;
  /** Delivers the last values; resolves with what became of them once that is done or has proved too long. */
  readonly deliver: () => Promise<readonly Delivery[]>;
  /** The first failure of each class in each job, so far. */
  readonly failures: readonly FailureSample[];
  /** What requests take on this machine where nothing is slow, once its threads have told. */
  readonly floor: () => Floor | undefined;
  readonly snapshot: () => Snapshot;
  readonly thresholds: ThresholdWatch;
  /** What jobs have waited for so far. */
  readonly waits: () => RunResult['waits'];
  /** Watches the generator. */
  readonly validity: ValidityWatch;
  /** Writes the run down elsewhere; `undefined`: nobody asked for that. */
  readonly notes: RunNotes | undefined;
  /** Releases everything. */
  close(): Promise<void>;
}

interface RunSurroundings {
  /**
   * @param run for whoever is to watch and stop it
   * @throws {LoadbotError} when the run cannot start; what was opened has been closed again
   */
  open(run: RunHandle): Promise<OpenedRun>;
  readonly clock: Clock;
  readonly log: Log;
  readonly build: Build;
  /** In the order in which they are called. */
  readonly reports: readonly Report[];
}

/** One execution of a plan, from before its first request to after its last report. */
export class Run implements RunHandle {
  readonly #surroundings: RunSurroundings;
  readonly #killed = new AbortController();
  #killedBy: unknown;
  #state: RunState = 'running';
  #startedEpochMs: number | undefined;
  #schedule: Schedule | undefined;
  #validity: ValidityWatch | undefined;
  /** Why it ended early, when something that was asked for did not hold. */
  #abortReason: string | undefined;

  constructor(surroundings: RunSurroundings) {
    this.#surroundings = surroundings;
  }

  get state(): RunState {
    return this.#state;
  }

  get startedEpochMs(): number | undefined {
    return this.#startedEpochMs;
  }

  get validity(): Validity {
    return this.#validity?.standing ?? UNWATCHED;
  }

  /**
   * Runs the plan to its end, or until it is stopped. Results are reported however it ended.
   * @throws {LoadbotError} when it could not start, or, once reported, when it failed
   */
  async execute(): Promise<RunResult> {
    const opened = await this.#surroundings.open(this);
    try {
      return await this.#carryOut(opened);
    } finally {
      // Who kills a run has no time for good manners: the process is about to end.
      if (!this.#killed.signal.aborted) await opened.close();
    }
  }

  /** Starts nothing more; what is under way may finish, within bounds. */
  stop(): void {
    this.#state = 'stopping';
    this.#schedule?.stop();
  }

  /** Stops because something that was asked for does not hold. */
  abort(reason: string): void {
    if (this.#state !== 'running') return;
    this.#abortReason = reason;
    this.#surroundings.log.warn(`${reason}; letting requests under way finish`);
    this.stop();
  }

  /**
   * Ends at once: reports what there is and waits for nothing.
   * @param error what went wrong, unless it was a person who had enough
   */
  kill(error?: unknown): void {
    this.#killedBy = error;
    this.stop();
    this.#killed.abort();
  }

  async #carryOut(opened: OpenedRun): Promise<RunResult> {
    const { plan, schedule, where, deliver, failures, snapshot, thresholds, validity, notes } = opened;
    const { clock, log, build, reports } = this.#surroundings;
    this.#schedule = schedule;
    this.#validity = validity;
    if (this.#state === 'stopping') schedule.stop();
    const startedMs = clock.nowMs();
    const first = snapshot();
    const startedEpochMs = first.epochMs;
    this.#startedEpochMs = startedEpochMs;
    log.info(`run ${plan.runId.slice(0, 8)} of ${plan.workload} against ${redactUrl(plan.target.url)}`);
    for (const place of where) log.info(`metrics: ${place}`);

    thresholds.update(first);
    validity.update(first);
    for (const report of reports) report.begin?.(first);
    notes?.begin(startedEpochMs);
    const courses = new Courses(startedEpochMs);
    const observe = (now: Snapshot): void => {
      thresholds.update(now);
      courses.update(now);
      this.#warn(validity.update(now));
      for (const report of reports) report.update?.(now);
      notes?.update(now);
    };
    const updates = this.#update(() => {
      const now = snapshot();
      observe(now);
      const breach = this.#state === 'running' ? thresholds.findBreach(now) : undefined;
      if (breach !== undefined) this.abort(describeBreach(breach));
    });
    const ended = await this.#unlessKilled(schedule.run(), () => this.#cutShort());
    this.#state = 'stopping';
    updates.cancel();
    const final = snapshot();
    observe(final);
    this.#warn(validity.conclude(final));
    const observed = await this.#unlessKilled(opened.observed(startedMs), () => ({ sources: [], phases: [] }));
    // What the last reading of the sources says leaves with the last metrics.
    thresholds.update(final);
    const deliveries = await this.#unlessKilled(this.#deliver(deliver), () => []);
    // Servers are asked once they have what this run has delivered.
    const verdicts = await this.#unlessKilled(thresholds.conclude(final), () =>
      thresholds.standings.map(({ verdict }) => verdict),
    );

    const result = resultOf(plan, build, this.#endingOf(ended), {
      startedEpochMs,
      endedEpochMs: final.epochMs,
      final,
      failures,
      floor: opened.floor(),
      deliveries,
      thresholds: verdicts,
      validity: validity.standing,
      courses: courses.conclude(final),
      waits: opened.waits(),
      ...observed,
    });
    const ending = notes?.end(result) ?? Promise.resolve();
    const noted = this.#unlessKilled(ending, () => Promise.race([ending, this.#pause(LAST_WORDS_MS)]));
    try {
      await this.#report(result);
    } finally {
      await noted;
    }
    if (ended.end === 'failed') throw failureOf(ended.error);
    return result;
  }

  #update(observe: () => void): Timer {
    const { clock } = this.#surroundings;
    const tick = (): void => {
      observe();
      timer = clock.after(UPDATE_EVERY_MS, tick);
    };
    let timer = clock.after(UPDATE_EVERY_MS, tick);
    return { cancel: () => timer.cancel() };
  }

  #warn(findings: readonly Finding[]): void {
    for (const finding of findings) this.#surroundings.log.warn(`${describeFinding(finding)}; ${finding.hint}`);
  }

  #endingOf(ended: ScheduleEnd): Ending {
    if (this.#abortReason === undefined || ended.end !== 'stopped') return ended;
    return { ...ended, end: 'aborted', error: this.#abortReason };
  }

  async #deliver(deliver: OpenedRun['deliver']): Promise<readonly Delivery[]> {
    const { clock, log } = this.#surroundings;
    const patience = clock.after(PATIENCE_MS, () => {
      log.info('waiting for the last metrics to be delivered (interrupt to leave at once)');
    });
    const deliveries = await deliver();
    patience.cancel();
    return deliveries;
  }

  /** One report that fails takes none of the others with it. */
  async #report(result: RunResult): Promise<void> {
    const failures: unknown[] = [];
    for (const report of this.#surroundings.reports) {
      try {
        await report.end(result);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#surroundings.clock.after(ms, resolve));
  }

  /** What the promise gives, or `instead` as soon as the run is killed. */
  #unlessKilled<T>(promise: Promise<T>, instead: () => T | Promise<T>): Promise<T> {
    const { signal } = this.#killed;
    if (signal.aborted) return Promise.resolve(instead());
    const killed = new Promise<T>((resolve) => {
      signal.addEventListener('abort', () => resolve(instead()), { once: true });
    });
    return Promise.race([promise, killed]);
  }

  /** How a schedule ended that was not waited for. */
  #cutShort(): ScheduleEnd {
    const end = this.#killedBy === undefined ? 'stopped' : 'failed';
    return { end, error: this.#killedBy, planned: {} };
  }
}

function describeBreach({ kind, job, text, reason }: Verdict): string {
  const subject = subjectOf({ kind, job: job === '' ? null : job });
  return `threshold ${text} of ${subject} does not hold: ${reason}`;
}

function failureOf(error: unknown): LoadbotError {
  return error instanceof LoadbotError ? error : new LoadbotError('internal', messageOf(error), { cause: error });
}
