import type { Clock } from '../../shared/clock.ts';
import type { RunRecord } from '../../recorder/run-record.ts';
import type { JobMemory } from '../../recorder/job-record.ts';
import { SLOT_OF, type TallyLayout } from '../../recorder/tally.ts';
import { addFrame } from '../wire/frame.ts';
import { MEASURED, type TallyFrame, windowsOf } from '../wire/frame-list.ts';
import { cutBefore } from '../cuts.ts';

/** Time that a cut waits for agents whose counts are missing, in milliseconds. */
const WAIT_MS = 3000;

/** Memory that frames are added to. */
interface Target {
  readonly slots: Float64Array;
  readonly layout: TallyLayout;
}

interface Buffered {
  readonly cutMs: number;
  readonly frame: TallyFrame;
}

/** An agent whose counts are merged. */
export interface CountedAgent {
  /** Cut up to which all of its counts have arrived, in milliseconds of the coordinator's clock. */
  readonly reportedMs: number;
  /** Its counts are not waited for. */
  readonly isLost: boolean;
}

/**
 * Adds the counts of all agents to the record of the run. The counts of a cut are added at once, when every agent has
 * reported it, so that readers see whole seconds of the whole fleet.
 */
export class CutMerger {
  readonly #clock: Clock;
  readonly #record: RunRecord;
  readonly #agents: () => readonly CountedAgent[];
  readonly #targets = new Map<string, Target>();
  readonly #open = new Set<number>();
  #buffered: Buffered[] = [];
  #originMs: number | undefined;
  #closedMs = -Infinity;

  /** @param agents all agents of the run */
  constructor(clock: Clock, record: RunRecord, agents: () => readonly CountedAgent[]) {
    this.#clock = clock;
    this.#record = record;
    this.#agents = agents;
  }

  /** Time of the record: the present, or the last complete cut while jobs run. */
  get readMs(): number {
    return this.#open.size === 0 ? this.#clock.nowMs() : this.#closedMs;
  }

  /** Opens a job. @param memories one for each of its parts */
  open(job: number, memories: readonly JobMemory[]): void {
    for (const [part, memory] of memories.entries()) {
      const layout = this.#record.job(job)[part]!.layout; // one for each
      for (const [window, buffer] of windowsOf(memory)) {
        this.#targets.set(keyOf({ job, part, window }), { slots: new Float64Array(buffer), layout });
      }
    }
  }

  /** Begins to count a job. @param startMs of the job; the first one aligns the cuts */
  begin(job: number, startMs: number): void {
    this.#originMs ??= startMs;
    if (this.#open.size === 0) this.#closedMs = Math.max(this.#closedMs, this.#clock.nowMs());
    this.#open.add(job);
  }

  /**
   * Takes counts of an agent.
   * @throws {WireError} when a frame is damaged; earlier frames of the list are kept
   */
  add(frames: readonly TallyFrame[], cutMs: number): void {
    for (const frame of frames) this.#buffered.push({ cutMs, frame });
  }

  /** Adds the counts of the cuts that are complete, or have waited too long. Called many times a second. */
  advance(): void {
    if (this.#originMs === undefined || this.#open.size === 0) return;
    const nowMs = this.#clock.nowMs();
    if (cutBefore(nowMs, this.#originMs) <= this.#closedMs) return;
    let reportedMs = nowMs;
    for (const agent of this.#agents()) {
      if (!agent.isLost) reportedMs = Math.min(reportedMs, agent.reportedMs);
    }
    const cutMs = cutBefore(Math.max(reportedMs, nowMs - WAIT_MS), this.#originMs);
    if (cutMs <= this.#closedMs) return;
    this.#closedMs = cutMs;
    this.#apply(({ cutMs: ofFrame }) => ofFrame <= cutMs);
  }

  /** Adds all counts of a job that has ended on every agent. */
  end(job: number): void {
    this.#apply(({ frame }) => frame.job === job);
    this.#open.delete(job);
  }

  /** Returns the memory of a window of a job, for the comparison with the totals of the agents. */
  target(job: number, part: number, window: number): Target | undefined {
    return this.#targets.get(keyOf({ job, part, window }));
  }

  /** Tickets of the measured window that came due in a part of an open job, as far as they are counted. */
  plannedOf(job: number, part: number): number {
    const slots = this.target(job, part, MEASURED)?.slots;
    return slots === undefined ? 0 : slots[SLOT_OF.started]! + slots[SLOT_OF.skipped]!; // inside the layout
  }

  /** Releases the memory of a job. */
  close(job: number): void {
    for (const key of this.#targets.keys()) if (key.startsWith(`${job}/`)) this.#targets.delete(key);
  }

  #apply(isDue: (buffered: Buffered) => boolean): void {
    const rest: Buffered[] = [];
    for (const buffered of this.#buffered) {
      if (isDue(buffered)) this.#addFrame(buffered.frame);
      else rest.push(buffered);
    }
    this.#buffered = rest;
  }

  #addFrame(frame: TallyFrame): void {
    const target = this.#targets.get(keyOf(frame));
    // A job that failed on one agent is over; counts of it that arrive later have no record.
    if (target !== undefined) addFrame(target.slots, target.layout, frame.data);
  }
}

function keyOf({ job, part, window }: Omit<TallyFrame, 'data'>): string {
  return `${job}/${part}/${window}`;
}
