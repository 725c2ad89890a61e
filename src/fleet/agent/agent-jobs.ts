import { type JobRunEnd, mergeEnds } from '../../engine/job-run-end.ts';
import type { JobPreparation } from '../../engine/load-unit.ts';
import { allocateWatermarks, readOwnWatermark, setOtherWatermark } from '../../engine/write-watermarks.ts';
import type { JobMemory, JobRecord } from '../../recorder/job-record.ts';
import type { Clock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { FrameEncoder } from '../wire/frame-encoder.ts';
import { type TallyFrame, windowsOf } from '../wire/frame-list.ts';
import type { FleetWatermark } from '../wire/messages/level.ts';
import { type JobPartTotals, totalsOf } from '../wire/totals.ts';
import type { JobSpan } from '../wire/messages/kept-counts.ts';
import type { AgentLoad } from './agent-load.ts';
import { QUIET_AFTER_MS } from './cut-ticker.ts';

/** One tally of an open job on all threads of the agent. */
interface OpenTally {
  readonly part: number;
  readonly window: number;
  readonly record: JobRecord;
  readonly memories: readonly Float64Array[];
  readonly encoder: FrameEncoder;
}

interface OpenJob {
  /** `undefined`: not started. */
  startMs: number | undefined;
  readonly tallies: readonly OpenTally[];
  /** `undefined`: the job does not read documents that it writes. */
  readonly watermarks: SharedArrayBuffer | undefined;
}

/** Result of a job on this agent. */
export interface AgentJobEnd {
  /** Times are of the agent's clock. */
  readonly end: JobRunEnd;
  /** Counts since the last cut. */
  readonly frames: readonly TallyFrame[];
  readonly totals: readonly JobPartTotals[];
}

/** The jobs of one run on the load threads of an agent. */
export class AgentJobs {
  readonly #load: AgentLoad;
  readonly #clock: Clock;
  readonly #open = new Map<number, OpenJob>();
  readonly #running = new Set<Promise<unknown>>();
  /** All counts of the jobs that have ended, and their times on the agent's clock. */
  readonly #ended: TallyFrame[] = [];
  readonly #spans: JobSpan[] = [];

  constructor(load: AgentLoad, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  /**
   * Opens the sessions of a job on all threads.
   * @throws {LoadbotError} when one fails
   */
  async prepare(job: number, preparation: JobPreparation): Promise<void> {
    const { units, record } = this.#load;
    const records = record.job(job);
    const opened = records.map((one) => one.open(units.length));
    const watermarks = preparation.readsOwnWrites ? allocateWatermarks(units.length, 0) : undefined;
    const tallies = opened.flatMap((memories, part) => talliesOf(records[part]!, part, memories)); // one for each
    this.#open.set(job, { tallies, watermarks, startMs: undefined });
    const preparing = units.map((unit, index) => {
      const parts = opened.map((memories) => memories[index]!); // one for each unit
      const marks = watermarks && { memory: watermarks, unit: index };
      return unit.prepare(job, preparation, { parts, watermarks: marks });
    });
    await this.#allDone(preparing);
  }

  /**
   * Runs a prepared job to its end.
   * @param startMs of the agent's clock
   * @throws {LoadbotError} when a thread fails; the counts of the job stay available for `endFailed`
   */
  run(job: number, startMs: number): Promise<AgentJobEnd> {
    const running = this.#run(job, startMs);
    const settled = running.catch(() => {}).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return running;
  }

  async #run(job: number, startMs: number): Promise<AgentJobEnd> {
    for (const record of this.#load.record.job(job)) record.begin(startMs);
    this.#openJob(job).startMs = startMs;
    const ends = await this.#allDone(this.#load.units.map((unit) => unit.run(job, startMs)));
    const end = mergeEnds(ends);
    // A job of a few requests has ended before all load threads and agents of this machine have started.
    await this.#until(startMs + QUIET_AFTER_MS);
    return { end, ...this.#finish(job, 'completed', end.endedMs) };
  }

  /** Returns the last counts of a job that failed. @param nowMs of the agent's clock */
  endFailed(job: number, nowMs: number): readonly TallyFrame[] {
    return this.#open.has(job) ? this.#finish(job, 'failed', nowMs).frames : [];
  }

  stop(drainMs?: number): void {
    for (const unit of this.#load.units) unit.stop(drainMs);
  }

  /** Counts of all open jobs since the last cut; tallies without changes are left out. */
  cut(): readonly TallyFrame[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#open].flatMap(([job, { tallies, startMs = Infinity }]) =>
      startMs > nowMs ? [] : cutOf(job, tallies),
    );
  }

  /** All counts since the start of the run. Resolves once no job runs. */
  async allCounts(): Promise<{ readonly frames: readonly TallyFrame[]; readonly spans: readonly JobSpan[] }> {
    await Promise.all(this.#running);
    return { frames: this.#ended, spans: this.#spans };
  }

  /** Own watermarks of the open jobs that read their own writes. */
  watermarks(): readonly FleetWatermark[] {
    return [...this.#open].flatMap(([job, { watermarks }]) =>
      watermarks === undefined ? [] : [{ job, completedBelow: readOwnWatermark(watermarks) }],
    );
  }

  /** Adopts the lowest watermarks of all other agents. */
  setOthers(others: readonly FleetWatermark[]): void {
    for (const { job, completedBelow } of others) {
      const memory = this.#open.get(job)?.watermarks;
      if (memory !== undefined) setOtherWatermark(memory, completedBelow);
    }
  }

  #finish(job: number, status: 'completed' | 'failed', endedMs: number): Omit<AgentJobEnd, 'end'> {
    const { tallies, startMs } = this.#openJob(job);
    if (startMs !== undefined) this.#spans.push({ job, startMs, endedMs });
    const frames = cutOf(job, tallies, true);
    // For a coordinator that is gone: from the beginning, not since the last cut.
    this.#ended.push(...framesOf(job, tallies, ({ encoder, memories }) => encoder.whole(memories)));
    const totals = tallies.map(({ part, window, memories, record }) =>
      Object.assign(totalsOf(memories, record.layout), { part, window }),
    );
    for (const record of this.#load.record.job(job)) record.end(status, endedMs);
    this.#open.delete(job);
    return { frames, totals };
  }

  #until(timeMs: number): Promise<void> {
    const leftMs = timeMs - this.#clock.nowMs();
    return leftMs <= 0 ? Promise.resolve() : new Promise((resolve) => void this.#clock.after(leftMs, resolve));
  }

  /** Waits for all units. The first failure stops the others, and is thrown once they have ended. */
  async #allDone<T>(doing: readonly Promise<T>[]): Promise<readonly T[]> {
    try {
      return await Promise.all(doing);
    } catch (error) {
      this.stop();
      await Promise.allSettled(doing);
      throw error;
    }
  }

  #openJob(job: number): OpenJob {
    const open = this.#open.get(job);
    if (open === undefined) throw new LoadbotError('internal', `job ${job} is not open`);
    return open;
  }
}

function talliesOf(record: JobRecord, part: number, memories: readonly JobMemory[]): OpenTally[] {
  const windows = (memories[0] === undefined ? [] : windowsOf(memories[0])).map(([window]) => window);
  return windows.map((window, index) => {
    const ofThreads = memories.map((memory) => new Float64Array(windowsOf(memory)[index]![1])); // alike in all threads
    return { part, window, record, memories: ofThreads, encoder: new FrameEncoder(record.layout) };
  });
}

/** @param isLast whether the threads have ended */
function cutOf(job: number, tallies: readonly OpenTally[], isLast = false): TallyFrame[] {
  return framesOf(job, tallies, ({ encoder, memories }) => encoder.cut(memories, { isLast }));
}

function framesOf(
  job: number,
  tallies: readonly OpenTally[],
  encode: (tally: OpenTally) => Uint8Array | undefined,
): TallyFrame[] {
  return tallies.flatMap((tally) => {
    const data = encode(tally);
    return data === undefined ? [] : [{ job, part: tally.part, window: tally.window, data }];
  });
}
