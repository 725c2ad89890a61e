import type { LoadClock } from '../shared/load-clock.ts';
import type { JobMetric } from '../shared/job-metric.ts';
import type { PartType } from '../shared/job-type.ts';
import { allocateTally, type SnapshotDetail, type TallyLayout, type TallyShape, readTally } from './tally.ts';
import { inFlightOf, type JobPauses, type JobSnapshot, type JobStatus, type Tally } from './snapshot.ts';

/** Shared memory for the numbers of one job on one thread. */
export interface JobMemory {
  readonly measured: SharedArrayBuffer;
  /** Only for a job with a warm-up. */
  readonly warmUp: SharedArrayBuffer | undefined;
  /** One for each phase of the system under test, in the order of the run's phases. */
  readonly phases: readonly SharedArrayBuffer[];
}

/** Static properties of a job. */
export interface JobDescription {
  readonly name: string;
  readonly uuid: string;
  readonly type: PartType;
  /** Name of its operation; default: none. */
  readonly step?: string;
  readonly paced: boolean;
  /** `Infinity`: unlimited. */
  readonly durationMs: number;
  /** `Infinity`: unlimited. */
  readonly operations: number;
  /** 0: no warm-up. */
  readonly warmUpMs: number;
  /**
   * Target rate of its schedule in requests per second, by milliseconds since the end of the warm-up (negative within
   * it); absent: no schedule.
   */
  readonly targetRate?: ((elapsedMs: number) => number) | undefined;
  /** Whether requests carry trace ids, and so exemplars are kept; default: false. */
  readonly traced?: boolean;
  /** Status codes that count as ok; responses are then counted by status code. Absent: not counted. */
  readonly expectedStatuses?: readonly string[] | undefined;
  /** Names of the checks of its responses; default: none. */
  readonly checks?: readonly string[];
  /** Additional metrics that it records; default: none. */
  readonly metrics?: readonly JobMetric[];
}

type Counted = Pick<JobSnapshot, 'measured' | 'warmUp' | 'phases'>;

/** Record of one job: live shared memory while it runs, frozen counters before and after. */
export class JobRecord {
  readonly job: JobDescription;
  readonly #shape: TallyShape;
  readonly #originEpochMs: number;
  readonly #loadClock: LoadClock;
  readonly #phases: readonly string[];
  #memories: readonly JobMemory[] = [];
  #ended: Counted | undefined;
  #status: JobStatus = 'pending';
  #opened = false;
  #startedMs = Infinity;
  #endedMs = Infinity;
  /** Factor of the target rate, which a change of the pace sets. */
  #paceFactor = 1;

  /**
   * @param originEpochMs epoch milliseconds at 0 of the clock
   * @param loadClock clock of the pauses of the run
   * @param phases names of the run's phases
   */
  constructor(
    job: JobDescription,
    shape: TallyShape,
    originEpochMs: number,
    loadClock: LoadClock,
    phases: readonly string[],
  ) {
    this.job = job;
    this.#shape = shape;
    this.#originEpochMs = originEpochMs;
    this.#loadClock = loadClock;
    this.#phases = phases;
  }

  /** Whether the job has not been opened yet. */
  get pending(): boolean {
    return this.#status === 'pending';
  }

  /** Whether its load has begun and not ended. */
  get isRunning(): boolean {
    return this.#startedMs !== Infinity && this.#endedMs === Infinity;
  }

  /** Multiplies the target rate of the schedule from now on. */
  scalePace(factor: number): void {
    this.#paceFactor = factor;
  }

  /** Current target rate of the schedule; `undefined`: none. */
  targetRateAt(nowMs: number): number | undefined {
    const rate = this.job.targetRate?.(this.#measuredBy(nowMs));
    return rate === undefined ? undefined : rate * this.#paceFactor;
  }

  /** Layout of the memory of its windows. */
  get layout(): TallyLayout {
    return this.#shape.layout;
  }

  /** Allocates the shared memory of `threads` threads, one entry each. */
  open(threads: number): readonly JobMemory[] {
    this.#opened = true;
    this.#memories = Array.from({ length: threads }, () => ({
      measured: allocateTally(this.#shape.layout),
      warmUp: this.job.warmUpMs > 0 ? allocateTally(this.#shape.layout) : undefined,
      phases: this.#phases.map(() => allocateTally(this.#shape.layout)),
    }));
    return this.#memories;
  }

  /** Starts the job at the clock's `startMs`, with its warm-up if it has one. */
  begin(startMs: number): void {
    this.#status = 'in_progress';
    this.#startedMs = startMs;
  }

  /**
   * Freezes the final counters and releases the shared memory. Requests still in flight belong to a crashed thread and
   * count as aborted.
   */
  end(status: 'completed' | 'failed' | 'canceled', endedMs: number): void {
    const { measured, warmUp, phases } = this.#read(Infinity, 'latencies');
    this.#ended = { measured: abortInFlight(measured), warmUp: warmUp && abortInFlight(warmUp), phases };
    this.#memories = [];
    this.#status = status;
    this.#endedMs = endedMs;
  }

  snapshot(nowMs: number, detail: SnapshotDetail): JobSnapshot {
    const { name, uuid, type, step = '', durationMs, operations, expectedStatuses, checks = [] } = this.job;
    const ended = this.#endedMs !== Infinity;
    const began = this.#startedMs !== Infinity;
    const measuredMs = this.#measuredBy(nowMs);
    const pauses = this.#pausesBy(nowMs);
    return Object.freeze({
      name,
      uuid,
      type,
      step,
      status: this.#status === 'in_progress' && measuredMs < 0 ? 'warm_up' : this.#status,
      opened: this.#opened,
      ranMs: ended && began ? Math.max(0, this.#endedMs - this.#startedMs) : undefined,
      endedEpochMs: ended ? this.#originEpochMs + this.#endedMs : undefined,
      elapsedMs: Math.max(0, measuredMs),
      ...(pauses && { pauses }),
      ...(this.job.targetRate && {
        targetRate: this.isRunning && pauses?.isPaused !== true ? this.targetRateAt(nowMs) : 0,
      }),
      ...(expectedStatuses && { expectedStatuses }),
      ...(checks.length > 0 && { checkNames: checks }),
      durationMs,
      operations,
      ...(this.#ended ?? this.#read(nowMs, detail)),
    });
  }

  /** Milliseconds of load since the end of the warm-up, negative before it, until `nowMs` or the end of the job. */
  #measuredBy(nowMs: number): number {
    if (this.#startedMs === Infinity) return -Infinity;
    const clock = this.#loadClock;
    return clock.toLoadMs(Math.min(nowMs, this.#endedMs)) - clock.toLoadMs(this.#startedMs) - this.job.warmUpMs;
  }

  /** Pauses of the run until `nowMs` or the end of the job; `undefined`: none. */
  #pausesBy(nowMs: number): JobPauses | undefined {
    const clock = this.#loadClock;
    const runMs = clock.pausedBefore(Math.min(nowMs, this.#endedMs));
    if (runMs === 0) return undefined;
    return {
      isPaused: this.isRunning && nowMs >= clock.pausedFromMs,
      jobMs: this.#startedMs === Infinity ? 0 : runMs - clock.pausedBefore(this.#startedMs),
      runMs,
    };
  }

  #read(nowMs: number, detail: SnapshotDetail): Counted {
    const { layout, blank } = this.#shape;
    // Threads count nothing before a job begins.
    const isBlank = this.#memories.length === 0 || nowMs < this.#startedMs;
    const read = (memories: readonly SharedArrayBuffer[]): Tally =>
      isBlank ? blank : readTally(memories, layout, detail, this.#originEpochMs);
    // Read before the measured numbers, which are written first, so phases never exceed them, even while threads
    // record.
    const phases = this.#phases.map((name, index) => ({
      name,
      inside: read(this.#memories.flatMap(({ phases }) => phases[index] ?? [])),
    }));
    return {
      measured: read(this.#memories.map(({ measured }) => measured)),
      warmUp: this.job.warmUpMs > 0 ? read(this.#memories.flatMap(({ warmUp }) => warmUp ?? [])) : undefined,
      phases,
    };
  }
}

/** Counts requests in flight as aborted. */
function abortInFlight(tally: Tally): Tally {
  const inFlight = inFlightOf(tally);
  return inFlight === 0 ? tally : Object.freeze({ ...tally, aborted: tally.aborted + inFlight });
}
