import { documentsBefore } from '../data/document-numbers.ts';
import type { RequestJobPlan } from '../plan/plan.ts';
import { type JobRunEnd, mergeSequences } from './job-run-end.ts';
import type { JobPreparation } from './load-unit.ts';
import { createJobMix } from './operations.ts';
import { isWriting } from './write-watermarks.ts';

/** Ranges of document numbers of one collection. */
interface Collection {
  /** All documents below this number exist. */
  known: number;
  /** No documents exist from this number on. */
  next: number;
  /** All documents below this number were deleted, oldest first. */
  oldest: number;
  deal: DocumentAssignment;
}

/** Document numbers that concurrent jobs write in turn. */
interface DocumentAssignment {
  /** Whether all documents below the first number of the deal exist. */
  readonly whole: boolean;
  /** By job index: the lowest number assigned to the job that it may not have written. */
  readonly missing: Map<number, number>;
}

/**
 * Ledger of the document numbers that exist in each collection: those that existed before the run and those that the
 * run has written. Later jobs continue after the highest number and read only documents that exist.
 */
export class DocumentLedger {
  readonly #collections = new Map<string, Collection>();
  readonly #seed: number;

  /** @param seed seed of the plan */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Assigns document numbers to jobs that are about to run concurrently. */
  begin(jobs: readonly RequestJobPlan[]): void {
    for (const job of jobs) {
      const collection = this.#of(job);
      const writers = jobs.filter((other) => writersOf(other) > 0 && this.#of(other) === collection);
      collection.deal = assignDocuments(
        writers.map(({ index }) => index),
        collection,
      );
    }
  }

  /**
   * Returns the document numbers that a job writes, and the number of documents it can read.
   */
  prepareJob(job: RequestJobPlan): JobPreparation {
    const collection = this.#of(job);
    const { next, known, deal } = collection;
    // Deletes beyond the last document were misses.
    const oldest = (collection.oldest = Math.min(collection.oldest, known));
    const writers = writersOf(job);
    return {
      firstDocument: deal.missing.get(job.index) ?? next,
      documentStride: Math.max(1, deal.missing.size),
      population: known,
      oldest,
      readsOwnWrites: writers > 0 && writers < job.mix.length,
    };
  }

  /** Records the documents that a finished job wrote, from the data sequences that its load units report. */
  completeJob(job: RequestJobPlan, ends: readonly JobRunEnd[]): void {
    const collection = this.#of(job);
    if (job.type === 'drop_collection') {
      collection.next = collection.known = collection.oldest = 0;
      collection.deal = assignDocuments([...collection.deal.missing.keys()], collection);
    }
    const { usedBelow, noneFrom } = mergeSequences(ends);
    if (noneFrom === 0) return;
    collection.oldest += this.#deletedBy(job, usedBelow);
    const { whole, missing } = collection.deal;
    const first = missing.get(job.index);
    if (first === undefined) return;
    const writtenBelow = documentsBefore(job.mix, createJobMix(job, this.#seed));
    // Threads and jobs progress at different speeds. Below the first unused sequence, every document was sent. Above it
    // there are gaps, and a read of a missing document would count as a miss that the target did not cause.
    missing.set(job.index, first + writtenBelow(usedBelow) * missing.size);
    if (whole) collection.known = Math.min(...missing.values());
    const last = first + (writtenBelow(noneFrom) - 1) * missing.size;
    collection.next = Math.max(collection.next, last + 1);
  }

  /**
   * Number of documents that a job deleted without gaps, oldest first.
   * @param usedBelow every delete below this data sequence was sent
   */
  #deletedBy(job: RequestJobPlan, usedBelow: number): number {
    const operation = job.mix.findIndex(
      ({ type, keys, filter, statement, http }) =>
        type === 'delete' &&
        keys.distribution === 'sequential' &&
        filter === undefined &&
        statement === undefined &&
        http.path === undefined,
    );
    if (operation < 0) return 0;
    return createJobMix(job, this.#seed).countBefore(operation, usedBelow);
  }

  #of({ database, collection, existing = 0 }: RequestJobPlan): Collection {
    const name = JSON.stringify([database, collection]);
    let found = this.#collections.get(name);
    if (found === undefined) {
      found = { known: existing, next: existing, oldest: 0, deal: { whole: true, missing: new Map() } };
      this.#collections.set(name, found);
    }
    return found;
  }
}

/** Number of operations that write documents; recorded requests do not. */
function writersOf({ mix, recorded }: RequestJobPlan): number {
  if (recorded !== undefined) return 0;
  return mix.filter(({ type }) => isWriting(type)).length;
}

/** @param writers job indices */
function assignDocuments(
  writers: readonly number[],
  { known, next }: Pick<Collection, 'known' | 'next'>,
): DocumentAssignment {
  return { whole: known === next, missing: new Map(writers.map((job, place) => [job, next + place])) };
}
