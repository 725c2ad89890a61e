import { documentsBefore } from '../data/document-numbers.ts';
import type { RequestJobPlan } from '../plan/plan.ts';
import type { JobRunEnd } from './job-run.ts';
import type { Preparation } from './load-unit.ts';
import { mixOf } from './operations.ts';
import { allocateMarks, isWriting } from './writes-under-way.ts';

/** The documents of one collection, by number. */
interface Collection {
  /** All below this one are there. */
  known: number;
  /** From this one on there are none. */
  next: number;
  deal: Deal;
}

/** Jobs that run beside one another take turns with the numbers of the documents that they write. */
interface Deal {
  /** Whether there is no gap below their first one. */
  readonly whole: boolean;
  /** By a job's index: the first of its own numbers that it may not have written. */
  readonly missing: Map<number, number>;
}

/**
 * Which documents each collection has, by number: those that were there before the run, and those that the run has written
 * so far. Later jobs write on from there, and read only what is there.
 */
export class Documents {
  readonly #collections = new Map<string, Collection>();
  readonly #seed: number;

  /** @param seed the plan's */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** These jobs are about to run, beside one another. */
  begin(jobs: readonly RequestJobPlan[]): void {
    for (const job of jobs) {
      const collection = this.#of(job);
      const writers = jobs.filter((other) => writersOf(other) > 0 && this.#of(other) === collection);
      collection.deal = deal(
        writers.map(({ index }) => index),
        collection,
      );
    }
  }

  /** Which documents the job writes, how many there are for it to read, and where it notes those that it adds. */
  before(job: RequestJobPlan): Omit<Preparation, 'memories'> {
    const { next, known, deal } = this.#of(job);
    const writers = writersOf(job);
    const readsItsOwn = writers > 0 && writers < job.mix.length;
    return {
      firstDocument: deal.missing.get(job.index) ?? next,
      documentStride: Math.max(1, deal.missing.size),
      population: known,
      writes: readsItsOwn ? allocateMarks(job.connections) : undefined,
    };
  }

  /** The job is over, having used the data sequences that its threads report. */
  after(job: RequestJobPlan, ends: readonly JobRunEnd[]): void {
    const collection = this.#of(job);
    if (job.type === 'drop_collection') {
      collection.next = collection.known = 0;
      collection.deal = deal([...collection.deal.missing.keys()], collection);
    }
    const { whole, missing } = collection.deal;
    const first = missing.get(job.index);
    const used = ends.map(({ nextSequence }) => nextSequence).filter((sequence) => sequence > 0);
    if (first === undefined || used.length === 0) return;
    const writtenBelow = documentsBefore(job.mix, mixOf(job, this.#seed));
    // Neither threads nor jobs get on at the same speed: below the slowest one's next number every document was sent,
    // above it there are gaps, and a read that aims at a gap would be a miss that is no fault of the target's.
    missing.set(job.index, first + writtenBelow(Math.min(...used)) * missing.size);
    if (whole) collection.known = Math.min(...missing.values());
    const last = first + (writtenBelow(Math.max(...used)) - 1) * missing.size;
    collection.next = Math.max(collection.next, last + 1);
  }

  #of({ database, collection, existing = 0 }: RequestJobPlan): Collection {
    const name = JSON.stringify([database, collection]);
    let found = this.#collections.get(name);
    if (found === undefined) {
      found = { known: existing, next: existing, deal: { whole: true, missing: new Map() } };
      this.#collections.set(name, found);
    }
    return found;
  }
}

function writersOf({ mix }: RequestJobPlan): number {
  return mix.filter(({ type }) => isWriting(type)).length;
}

/** @param writers indices of the jobs */
function deal(writers: readonly number[], { known, next }: Pick<Collection, 'known' | 'next'>): Deal {
  return { whole: known === next, missing: new Map(writers.map((job, place) => [job, next + place])) };
}
