import type { RequestType } from '../core/job-type.ts';
import { allocateTally } from './layout.ts';
import { inFlightOf, type JobSnapshot, type JobStatus, type Tally } from './snapshot.ts';
import { type Detail, readTally, type TallyShape } from './tally.ts';

/** Shared memory that one thread records one job into. */
export interface JobMemory {
  readonly measured: SharedArrayBuffer;
  /** Only for a job that has a warm-up. */
  readonly warmUp: SharedArrayBuffer | undefined;
  /** One for each phase of the system under test, in the order of the run's. */
  readonly phases: readonly SharedArrayBuffer[];
}

/** What is known of a job before it runs. */
export interface JobDescription {
  readonly name: string;
  readonly uuid: string;
  readonly type: RequestType;
  readonly paced: boolean;
  /** `Infinity` without a limit. */
  readonly durationMs: number;
  /** `Infinity` without a limit. */
  readonly operations: number;
  /** 0: no warm-up. */
  readonly warmUpMs: number;
  /** Requests per second that its schedule calls for so many milliseconds after the warm-up, below 0 within it; absent: none. */
  readonly askedRate?: ((elapsedMs: number) => number) | undefined;
  /** Whether its requests carry trace ids, so that exemplars are worth keeping; absent: they do not. */
  readonly traced?: boolean;
  /** Responses are counted by status code, of which these are known to be ok; absent: they are not counted. */
  readonly expectedStatuses?: readonly string[] | undefined;
}

type Counted = Pick<JobSnapshot, 'measured' | 'warmUp' | 'phases'>;

/** Everything recorded about one job: live memory while it runs, frozen numbers before and after. */
export class JobRecord {
  readonly job: JobDescription;
  readonly #shape: TallyShape;
  readonly #originEpochMs: number;
  readonly #phases: readonly string[];
  #memories: readonly JobMemory[] = [];
  #ended: Counted | undefined;
  #status: JobStatus = 'pending';
  #opened = false;
  #startedMs = Infinity;
  #measuredFromMs = Infinity;
  #endedMs = Infinity;

  /**
   * @param originEpochMs milliseconds since the epoch of the clock's 0
   * @param phases names of the run's phases
   */
  constructor(job: JobDescription, shape: TallyShape, originEpochMs: number, phases: readonly string[]) {
    this.job = job;
    this.#shape = shape;
    this.#originEpochMs = originEpochMs;
    this.#phases = phases;
  }

  /** Whether its turn has not come yet. */
  get pending(): boolean {
    return this.#status === 'pending';
  }

  /** Allocates the memory that `threads` threads record into, one each. */
  open(threads: number): readonly JobMemory[] {
    this.#opened = true;
    this.#memories = Array.from({ length: threads }, () => ({
      measured: allocateTally(this.#shape.layout),
      warmUp: this.job.warmUpMs > 0 ? allocateTally(this.#shape.layout) : undefined,
      phases: this.#phases.map(() => allocateTally(this.#shape.layout)),
    }));
    return this.#memories;
  }

  /** The job begins at the clock's `startMs`, with its warm-up if it has one. */
  begin(startMs: number): void {
    this.#status = 'in_progress';
    this.#startedMs = startMs;
    this.#measuredFromMs = startMs + this.job.warmUpMs;
  }

  /**
   * The job is over: keeps its last numbers and lets go of the memory. What is still under way was so on a thread that has
   * died, which cut it off.
   */
  end(status: 'completed' | 'failed' | 'canceled', endedMs: number): void {
    const { measured, warmUp, phases } = this.#read('latencies');
    this.#ended = { measured: cutOff(measured), warmUp: warmUp && cutOff(warmUp), phases };
    this.#memories = [];
    this.#status = status;
    this.#endedMs = endedMs;
  }

  snapshot(nowMs: number, detail: Detail): JobSnapshot {
    const { name, uuid, type, durationMs, operations, askedRate, expectedStatuses } = this.job;
    const ended = this.#endedMs !== Infinity;
    const began = this.#startedMs !== Infinity;
    const warmingUp = this.#status === 'in_progress' && nowMs < this.#measuredFromMs;
    return Object.freeze({
      name,
      uuid,
      type,
      status: warmingUp ? 'warm_up' : this.#status,
      opened: this.#opened,
      ranMs: ended && began ? Math.max(0, this.#endedMs - this.#startedMs) : undefined,
      endedEpochMs: ended ? this.#originEpochMs + this.#endedMs : undefined,
      elapsedMs: Math.max(0, Math.min(nowMs, this.#endedMs) - this.#measuredFromMs),
      ...(askedRate && { askedRate: began && !ended ? askedRate(nowMs - this.#measuredFromMs) : 0 }),
      ...(expectedStatuses && { expectedStatuses }),
      durationMs,
      operations,
      ...(this.#ended ?? this.#read(detail)),
    });
  }

  #read(detail: Detail): Counted {
    const { layout, blank } = this.#shape;
    const read = (memories: readonly SharedArrayBuffer[]): Tally =>
      memories.length === 0 ? blank : readTally(memories, layout, detail, this.#originEpochMs);
    // Read before what was measured, and written after it: so they never have more than it, also while threads record.
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

/** With everything under way as aborted. */
function cutOff(tally: Tally): Tally {
  const inFlight = inFlightOf(tally);
  return inFlight === 0 ? tally : Object.freeze({ ...tally, aborted: tally.aborted + inFlight });
}
