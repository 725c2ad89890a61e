import type { KeyChoice } from '../core/key-choice.ts';
import type { RequestType } from '../core/job-type.ts';
import { keyPicker } from './keys/pick-key.ts';
import type { Mix } from './mix.ts';
import { streamKey } from './random.ts';

/**
 * What a thread remembers of tickets that were given another document, for each worker of the job: a request that this many others
 * overtake may be given yet another one when it asks again.
 */
const REMEMBERED_PER_CONNECTION = 16;

/** How an operation changes the number of documents. */
interface Writing {
  readonly type: RequestType;
  readonly batchSize: number;
}

/** What decides which documents an operation is about. */
interface NumberingOptions {
  /** Index into the job's mix. */
  readonly operation: number;
  readonly keys: KeyChoice;
  readonly job: { readonly index: number; readonly connections: number; readonly mix: readonly Writing[] };
  readonly mix: Mix;
  readonly seed: number;
  readonly firstDocument: number;
  readonly documentStride: number;
  readonly population: number;
  /** Writes of the job are over if their tickets are below this number, which never falls; absent: nobody keeps count. */
  readonly overBelow?: (() => number) | undefined;
}

/** Numbers of the documents that the tickets of one operation are about. */
export interface DocumentNumbers {
  /** The first document that a ticket writes. */
  readonly made: (ticket: number) => number;
  /** The document that a ticket asks for or changes; for one that writes, the one it makes. */
  readonly asked: (ticket: number) => number;
}

/** Makes the function that counts the documents that a job's tickets 0 to `sequence - 1` write. */
export function documentsBefore(operations: readonly Writing[], mix: Mix): (sequence: number) => number {
  const writers = operations.flatMap(({ type, batchSize }, operation) => {
    if (type === 'bulk_write') return [{ operation, each: batchSize }];
    return type === 'write' ? [{ operation, each: 1 }] : [];
  });
  return (sequence) => {
    let count = 0;
    for (const { operation, each } of writers) count += mix.countBefore(operation, sequence) * each;
    return count;
  };
}

/** Numbers documents: those before the job, then the job's own, a stride apart, in the order of its tickets. */
export function numberDocuments(options: NumberingOptions): DocumentNumbers {
  const { operation, job, mix, firstDocument, documentStride, population, overBelow } = options;
  const before = documentsBefore(job.mix, mix);
  const made = (ticket: number): number => firstDocument + before(ticket) * documentStride;
  const type = job.mix[operation]?.type;
  if (type !== 'read' && type !== 'update') return { made, asked: made };
  const pick = keyPicker(options.keys, streamKey(options.seed, job.index, operation, 'aim'), Math.max(population, 1));
  const pickAmong = (ownDocuments: number, ticket: number): number => {
    const age = pick(ticket, mix.countBefore(operation, ticket), Math.max(population + ownDocuments, 1));
    // Documents that nobody knows to be there may lie between the known ones and the job's own.
    return age < population ? age : firstDocument + (age - population) * documentStride;
  };
  // Of the job's own documents those count that were written as many tickets ago as can be under way at a time.
  const knownBelow = (ticket: number): number => Math.max(0, ticket - job.connections);
  const expected = (ticket: number): number => pickAmong(before(knownBelow(ticket)), ticket);
  if (overBelow === undefined) return { made, asked: expected };

  // What follows from the ticket alone is not always there: a write may take longer than all the requests beside it, and another
  // thread may be far behind. A request's parts are made one after the other, and must be about the same document.
  const given = new Map<number, number>();
  const asked = (ticket: number): number => {
    const remembered = given.size === 0 ? undefined : given.get(ticket);
    if (remembered !== undefined) return remembered;
    const document = expected(ticket);
    const below = overBelow();
    if (below >= knownBelow(ticket) || document < population || document < made(below)) {
      return document;
    }
    const instead = pickAmong(before(below), ticket);
    if (given.size >= job.connections * REMEMBERED_PER_CONNECTION) given.delete(given.keys().next().value ?? ticket);
    given.set(ticket, instead);
    return instead;
  };
  return { made, asked };
}
