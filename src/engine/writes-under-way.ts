import type { RequestType } from '../core/job-type.ts';
import type { Share } from './share.ts';

const BYTES_OF_A_MARK = 8;

/** A worker as one of the writes under way: its ticket, and its neighbours in the order of their tickets. */
export interface Writing {
  writeTicket: number;
  earlierWrite: Writing | undefined;
  laterWrite: Writing | undefined;
}

/** The types of requests that make documents. */
export function isWriting(type: RequestType): boolean {
  return type === 'write' || type === 'bulk_write';
}

/** Memory in which a job's threads tell each other how far their writes have come; a thread with a mark has a worker. */
export function allocateMarks(connections: number): SharedArrayBuffer {
  return new SharedArrayBuffer(connections * BYTES_OF_A_MARK);
}

/**
 * Which of a job's writes are over, so that its reads can keep to documents that are there. Each thread has a mark in shared
 * memory: whichever of its tickets below that are writes are over. A thread starts its tickets in the order of their
 * numbers, so of a linked list of the writes that are not over the head is the mark. Nothing is allocated.
 */
export class WritesUnderWay {
  readonly #marks: Float64Array;
  readonly #thread: number;
  readonly #isWriting: readonly boolean[];
  #first: Writing | undefined;
  #last: Writing | undefined;
  /** All tickets of this thread below this number have been started, and none from it on. */
  #next = 0;

  /**
   * @param memory made by `allocateMarks` for the job
   * @param types of the job's operations
   */
  constructor(memory: SharedArrayBuffer, { thread, threads, connections }: Share, types: readonly RequestType[]) {
    this.#marks = new Float64Array(memory, 0, Math.min(threads, connections));
    this.#thread = thread;
    this.#isWriting = types.map(isWriting);
  }

  /**
   * A worker of this thread is about to start a ticket.
   * @param operation of the job, that the ticket is for
   * @param next the ticket that this thread starts after that one
   */
  start(worker: Writing, ticket: number, operation: number, next: number): void {
    if (this.#isWriting[operation] === true) {
      worker.writeTicket = ticket;
      worker.earlierWrite = this.#last;
      worker.laterWrite = undefined;
      if (this.#last === undefined) this.#first = worker;
      else this.#last.laterWrite = worker;
      this.#last = worker;
    }
    this.#next = next;
    this.#mark();
  }

  /** The worker's request is over, however it ended. */
  finish(worker: Writing, operation: number): void {
    if (this.#isWriting[operation] !== true) return;
    const { earlierWrite, laterWrite } = worker;
    if (earlierWrite === undefined) this.#first = laterWrite;
    else earlierWrite.laterWrite = laterWrite;
    if (laterWrite === undefined) this.#last = earlierWrite;
    else laterWrite.earlierWrite = earlierWrite;
    worker.earlierWrite = undefined;
    worker.laterWrite = undefined;
    this.#mark();
  }

  /** Writes of the whole job, on all of its threads, are over if their tickets are below this number. It never falls. */
  overBelow(): number {
    let lowest = Infinity;
    for (const mark of this.#marks) if (mark < lowest) lowest = mark;
    return lowest;
  }

  #mark(): void {
    this.#marks[this.#thread] = this.#first === undefined ? this.#next : this.#first.writeTicket;
  }
}
