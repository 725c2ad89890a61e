import type { KeyChoice } from '../plan/key-choice.ts';
import { type RequestType, selectsDocuments } from '../shared/job-type.ts';
import { streamKey } from '../shared/random.ts';
import { createKeyPicker } from './keys/pick-key.ts';
import type { Mix } from './mix.ts';

/**
 * Limit of remembered substitutions for each worker of the job. A request that is overtaken by more than this many
 * substituted requests may get a different document for its next part.
 */
const REMEMBERED_PER_CONNECTION = 16;

/** Number of documents that an operation writes. */
interface WriteOperation {
  readonly type: RequestType;
  readonly batchSize: number;
}

/** The documents of a collection before and during a job, and the tickets that write and request them. */
export interface DocumentSequence {
  /** Assigns the job's tickets to its operations. */
  readonly mix: Mix;
  /** Seed of the selection of documents. */
  readonly seed: number;
  /** Number of the first document that the job writes; later tickets continue from it. */
  readonly firstDocument: number;
  /** Distance between two document numbers that the job writes. */
  readonly documentStride: number;
  /** Number of documents in the collection before the job, numbered from 0, deleted ones included. */
  readonly population: number;
  /** Number of the oldest document that earlier jobs left; they deleted all below. */
  readonly oldest: number;
  /** Watermark: all writes of the job with lower tickets are complete. Monotonic. Absent: not tracked. */
  readonly completedBelow?: (() => number) | undefined;
}

/** Options that determine the documents of an operation. */
interface NumberingOptions extends DocumentSequence {
  /** Index into the job's mix. */
  readonly operation: number;
  readonly keys: KeyChoice;
  readonly job: { readonly index: number; readonly connections: number; readonly mix: readonly WriteOperation[] };
}

/** Document numbers of one operation's tickets. */
export interface DocumentNumbers {
  /** Number of the first document that a ticket writes. */
  readonly writtenDocument: (ticket: number) => number;
  /** Number of the document that a ticket reads, updates or deletes; for a write, the one it creates. */
  readonly requestedDocument: (ticket: number) => number;
}

/** Returns a function that counts the documents written by a job's tickets 0 to `sequence - 1`. */
export function documentsBefore(operations: readonly WriteOperation[], mix: Mix): (sequence: number) => number {
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

/** Documents that the steps of one iteration write, in the order of the steps. */
export interface IterationDocuments {
  /** Documents of all steps together. */
  readonly perIteration: number;
  /** For each operation of the job: documents of the steps before it, and its executions in one iteration. */
  readonly steps: readonly { readonly before: number; readonly executions: number }[];
  /** First operation that writes; `undefined`: none does. */
  readonly writer: number | undefined;
}

/** Counts the documents that the steps of a scenario write. @param executions of each operation in one iteration */
export function countIterationDocuments(
  operations: readonly WriteOperation[],
  executions: readonly number[],
): IterationDocuments {
  let perIteration = 0;
  const steps = operations.map(({ type, batchSize }, operation) => {
    const before = perIteration;
    const times = executions[operation] ?? 1;
    if (type === 'bulk_write') perIteration += batchSize * times;
    else if (type === 'write') perIteration += times;
    return { before, executions: times };
  });
  const writer = operations.findIndex(({ type }) => type === 'write' || type === 'bulk_write');
  return { perIteration, steps, writer: writer < 0 ? undefined : writer };
}

/**
 * Numbers the documents of a scenario. Steps that read or update use the first document that their own iteration
 * writes; without a step that writes, a document that existed before the job.
 * @param sequences numbers of requests: `iteration * executions + execution`
 */
export function numberIterationDocuments(options: NumberingOptions, documents: IterationDocuments): DocumentNumbers {
  const { operation, job, firstDocument, documentStride } = options;
  const writtenBy = (at: number, sequence: number): number => {
    const { before, executions } = documents.steps[at] ?? { before: 0, executions: 1 };
    const iteration = Math.floor(sequence / executions);
    const each = job.mix[at]?.batchSize ?? 1;
    const own = iteration * documents.perIteration + before + (sequence % executions) * each;
    return firstDocument + own * documentStride;
  };
  const writtenDocument = (sequence: number): number => writtenBy(operation, sequence);
  const { writer } = documents;
  if (writer === undefined) return { writtenDocument, requestedDocument: numberDocuments(options).requestedDocument };
  if (writer === operation) return { writtenDocument, requestedDocument: writtenDocument };
  const own = documents.steps[operation]?.executions ?? 1;
  const ofWriter = documents.steps[writer]?.executions ?? 1;
  return {
    writtenDocument,
    requestedDocument: (sequence) => writtenBy(writer, Math.floor(sequence / own) * ofWriter),
  };
}

/** Numbers documents: first those that existed before the job, then the job's own in ticket order, a stride apart. */
export function numberDocuments(options: NumberingOptions): DocumentNumbers {
  const { operation, job, mix, firstDocument, documentStride, population, completedBelow, oldest } = options;
  const before = documentsBefore(job.mix, mix);
  const writtenDocument = (ticket: number): number => firstDocument + before(ticket) * documentStride;
  const type = job.mix[operation]?.type;
  if (!selectsDocuments(type)) return { writtenDocument, requestedDocument: writtenDocument };
  const pick = createKeyPicker(
    options.keys,
    streamKey(options.seed, job.index, operation, 'aim'),
    Math.max(population - oldest, 1),
  );
  const pickAmong = (ownDocuments: number, ticket: number): number => {
    const count = Math.max(population - oldest + ownDocuments, 1);
    const age = oldest + pick(ticket, mix.countBefore(operation, ticket), count);
    // Documents of other jobs may lie between the existing ones and the job's own.
    return age < population ? age : firstDocument + (age - population) * documentStride;
  };
  // Excludes the job's latest documents: as many tickets as can be in flight.
  const knownBelow = (ticket: number): number => Math.max(0, ticket - job.connections);
  const expected = (ticket: number): number => pickAmong(before(knownBelow(ticket)), ticket);
  if (completedBelow === undefined) return { writtenDocument, requestedDocument: expected };

  // The estimate from the ticket number may be wrong: a write may be slower than all concurrent requests, and another
  // thread may be far behind. The parts of a request are generated one by one and must use the same document, so
  // substitutions are remembered.
  const given = new Map<number, number>();
  const requestedDocument = (ticket: number): number => {
    const remembered = given.size === 0 ? undefined : given.get(ticket);
    if (remembered !== undefined) return remembered;
    const document = expected(ticket);
    const below = completedBelow();
    if (below >= knownBelow(ticket) || document < population || document < writtenDocument(below)) {
      return document;
    }
    const instead = pickAmong(before(below), ticket);
    if (given.size >= job.connections * REMEMBERED_PER_CONNECTION) given.delete(given.keys().next().value ?? ticket);
    given.set(ticket, instead);
    return instead;
  };
  return { writtenDocument, requestedDocument };
}
