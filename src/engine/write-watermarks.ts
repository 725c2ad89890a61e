import type { RequestType } from '../shared/job-type.ts';
import type { ThreadPartition } from './thread-partition.ts';

const BYTES_OF_A_MARK = Float64Array.BYTES_PER_ELEMENT;
/** Index of the watermark of other processes. */
const OTHERS = 0;
/** `FIRST_UNIT + number of the unit`: its watermark. */
const FIRST_UNIT = 1;

/** A worker as an entry in the list of writes in flight, ordered by ticket. */
export interface PendingWrite {
  writeTicket: number;
  earlierWrite: PendingWrite | undefined;
  laterWrite: PendingWrite | undefined;
}

/** Whether requests of this type create documents. */
export function isWriting(type: RequestType): boolean {
  return type === 'write' || type === 'bulk_write';
}

/** Watermarks of a job in this process, for one of its units. */
export interface UnitWatermarks {
  /** From `allocateWatermarks`. */
  readonly memory: SharedArrayBuffer;
  /** Number of the unit in this process. */
  readonly unit: number;
}

/**
 * Allocates the shared memory for a job's write watermarks in this process: one for each of its load units, and one for
 * all units of other processes.
 * @param others see `setOtherWatermark`; default: there are no other processes
 */
export function allocateWatermarks(units: number, others = Infinity): SharedArrayBuffer {
  const memory = new SharedArrayBuffer((FIRST_UNIT + units) * BYTES_OF_A_MARK);
  setOtherWatermark(memory, others);
  return memory;
}

/** Sets the watermark of other processes: all of their writes with a ticket below `completedBelow` are complete. */
export function setOtherWatermark(memory: SharedArrayBuffer, completedBelow: number): void {
  new Float64Array(memory)[OTHERS] = completedBelow;
}

/** Returns the watermark of this process: all of its writes with lower tickets are complete. `Infinity`: no workers. */
export function readOwnWatermark(memory: SharedArrayBuffer): number {
  return Math.min(...new Float64Array(memory).subarray(FIRST_UNIT));
}

/**
 * Watermarks of a job's completed writes, so that its reads use only documents that exist. Each thread has a watermark
 * in shared memory: all of its writes with lower tickets are complete. A thread starts tickets in ascending order, so
 * the head of a linked list of the writes in flight is the watermark. Does not allocate.
 */
export class WriteWatermarks {
  readonly #watermarks: Float64Array;
  readonly #own: number;
  readonly #isWriting: readonly boolean[];
  #first: PendingWrite | undefined;
  #last: PendingWrite | undefined;
  /** First ticket that this thread has not started: all of its lower ones were started. */
  #next = 0;

  /**
   * @param share of the unit; a unit without workers delays no reads
   * @param types of the job's operations
   */
  constructor({ memory, unit }: UnitWatermarks, { workers }: ThreadPartition, types: readonly RequestType[]) {
    this.#watermarks = new Float64Array(memory);
    this.#own = FIRST_UNIT + unit;
    if (workers === 0) this.#watermarks[this.#own] = Infinity;
    this.#isWriting = types.map(isWriting);
  }

  /**
   * Records that a worker of this thread is about to start a ticket.
   * @param operation index of the ticket's operation in the job
   * @param next next ticket of this thread
   */
  start(worker: PendingWrite, ticket: number, operation: number, next: number): void {
    if (this.#isWriting[operation] === true) {
      worker.writeTicket = ticket;
      worker.earlierWrite = this.#last;
      worker.laterWrite = undefined;
      if (this.#last === undefined) this.#first = worker;
      else this.#last.laterWrite = worker;
      this.#last = worker;
    }
    this.#next = next;
    this.#updateWatermark();
  }

  /** Records that the worker's request is done, with any outcome. */
  finish(worker: PendingWrite, operation: number): void {
    if (this.#isWriting[operation] !== true) return;
    const { earlierWrite, laterWrite } = worker;
    if (earlierWrite === undefined) this.#first = laterWrite;
    else earlierWrite.laterWrite = laterWrite;
    if (laterWrite === undefined) this.#last = earlierWrite;
    else laterWrite.earlierWrite = earlierWrite;
    worker.earlierWrite = undefined;
    worker.laterWrite = undefined;
    this.#updateWatermark();
  }

  /** All writes with a ticket below this watermark are complete, on every thread of the run. Monotonic. */
  completedBelow(): number {
    let lowest = Infinity;
    for (const mark of this.#watermarks) if (mark < lowest) lowest = mark;
    return lowest;
  }

  #updateWatermark(): void {
    this.#watermarks[this.#own] = this.#first === undefined ? this.#next : this.#first.writeTicket;
  }
}
