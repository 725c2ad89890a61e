import { formatCountOf } from '../shared/units.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { Reporter } from '../reports/report.ts';
import { describeFinding, type ValidityFinding } from '../validity/finding.ts';
import { TimelineRecorder } from '../analysis/job-timeline.ts';
import type { OpenedRun } from './opened-run.ts';
import type { RunObservations } from './result.ts';
import type { Clock, Timer } from '../shared/clock.ts';

/** Findings at one moment that are all logged; of more, only the first are: many jobs often have the same. */
const MOST_WARNED = 5;
const MOST_NAMED = 3;

/** Follows the load of a run from snapshot to snapshot: thresholds, validity, timelines, reports and notes. */
export class LoadObserver {
  readonly #opened: OpenedRun;
  readonly #reports: readonly Reporter[];
  readonly #warn: (message: string) => void;
  readonly #courses: TimelineRecorder;
  readonly #startedEpochMs: number;

  /** @param first of the run, before its load */
  constructor(opened: OpenedRun, first: Snapshot, reports: readonly Reporter[], warn: (message: string) => void) {
    this.#opened = opened;
    this.#reports = reports;
    this.#warn = warn;
    this.#startedEpochMs = first.epochMs;
    this.#courses = new TimelineRecorder(first.epochMs);
    opened.thresholds.update(first);
    opened.validity.update(first);
    for (const report of reports) report.begin?.(first);
    opened.notes?.begin(first.epochMs);
    opened.feed?.begin(first, () => this.#courses.soFar());
  }

  /** About once a second. */
  update(now: Snapshot): void {
    const { thresholds, validity, notes, feed } = this.#opened;
    thresholds.update(now);
    this.#courses.update(now);
    const findings = validity.update(now);
    this.#warnOf(findings);
    for (const report of this.#reports) report.update?.(now);
    notes?.update(now);
    feed?.update(now, findings);
  }

  /** The load has ended. */
  end(final: Snapshot): void {
    this.update(final);
    this.#warnOf(this.#opened.validity.conclude(final));
  }

  /** Everything seen up to a snapshot; sources and deliveries are known only at the end. */
  seenAt(now: Snapshot): RunObservations {
    const { failures, floor, waits, thresholds, validity, agents, steering } = this.#opened;
    return {
      startedEpochMs: this.#startedEpochMs,
      endedEpochMs: now.epochMs,
      final: now,
      failures,
      floor: floor(),
      deliveries: [],
      sources: [],
      phases: [],
      waits: waits(),
      thresholds: thresholds.standings.map(({ verdict }) => verdict),
      validity: validity.currentValidity,
      courses: this.#courses.soFar(),
      agents: agents(),
      changes: steering.changes,
    };
  }

  /** How each job went, per `jobKey`. */
  conclude(final: Snapshot): RunObservations['courses'] {
    return this.#courses.conclude(final);
  }

  #warnOf(findings: readonly ValidityFinding[]): void {
    const named = findings.length > MOST_WARNED ? findings.slice(0, MOST_NAMED) : findings;
    for (const finding of named) this.#warn(`${describeFinding(finding)}; ${finding.hint}`);
    const others = findings.length - named.length;
    if (others > 0)
      this.#warn(`${formatCountOf(others, 'more finding')} at this moment, of other jobs: see the reports`);
  }
}

const UPDATE_EVERY_MS = 1000;
/** Reports decide at each check whether a save is due. */
const SAVE_EVERY_MS = 100;

/**
 * Calls `update` each second and `save` each 100 ms until cancelled.
 * @param save absent: no report saves the state of the run
 */
export function scheduleProgress(clock: Clock, update: () => void, save: (() => void) | undefined): Timer {
  const timers = [every(clock, UPDATE_EVERY_MS, update)];
  if (save !== undefined) timers.push(every(clock, SAVE_EVERY_MS, save));
  return { cancel: () => timers.forEach((timer) => timer.cancel()) };
}

/** Calls `fire` each `intervalMs`, counted from the end of the last call. */
function every(clock: Clock, intervalMs: number, fire: () => void): Timer {
  const tick = (): void => {
    fire();
    timer = clock.after(intervalMs, tick);
  };
  let timer = clock.after(intervalMs, tick);
  return { cancel: () => timer.cancel() };
}
