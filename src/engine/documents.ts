import { documentsBefore } from '../data/document-numbers.ts';
import type { RequestJobPlan } from '../plan/plan.ts';
import type { JobRunEnd } from './job-run.ts';
import type { Preparation } from './load-unit.ts';
import { mixOf } from './operations.ts';
import { allocateMarks, isWriting } from './writes-under-way.ts';

/**
 * Which documents the run has written to each collection so far, by number. Later jobs write on from there, and read
 * only what is there.
 */
export class Documents {
  readonly #collections = new Map<string, { next: number; known: number }>();
  readonly #seed: number;

  /** @param seed the plan's */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Number of the first document the job writes, how many there are for it to read, and where it notes those that it adds. */
  before(job: RequestJobPlan): Omit<Preparation, 'memories'> {
    const { next, known } = this.#of(job);
    const writers = job.mix.filter(({ type }) => isWriting(type)).length;
    const readsItsOwn = writers > 0 && writers < job.mix.length;
    return {
      firstDocument: next,
      population: known,
      writes: readsItsOwn ? allocateMarks(job.connections) : undefined,
    };
  }

  /** The job is over, having used the data sequences that its threads report. */
  after(job: RequestJobPlan, ends: readonly JobRunEnd[]): void {
    const collection = this.#of(job);
    if (job.type === 'drop_collection') collection.next = collection.known = 0;
    const used = ends.map(({ nextSequence }) => nextSequence).filter((sequence) => sequence > 0);
    if (used.length === 0) return;
    const writtenBelow = documentsBefore(job.mix, mixOf(job, this.#seed));
    // Threads do not get on at the same speed: below the slowest one's next number every document was sent, above it
    // there are gaps, and a read that aims at a gap would be a miss that is no fault of the target's.
    if (collection.known === collection.next) collection.known += writtenBelow(Math.min(...used));
    collection.next += writtenBelow(Math.max(...used));
  }

  #of({ database, collection }: RequestJobPlan): { next: number; known: number } {
    const name = JSON.stringify([database, collection]);
    let found = this.#collections.get(name);
    if (found === undefined) this.#collections.set(name, (found = { next: 0, known: 0 }));
    return found;
  }
}
