import type { IntegerDistribution } from '../../../src/shared/distribution.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { JsonObject, RequestData, RequestPart } from '../../../src/templates/request-data.ts';
import type { Json } from '../../../src/shared/json.ts';
import {
  createRequestData,
  type RequestDataJob,
  type RequestDataOperation,
  type RequestDataOptions,
} from '../../../src/data/create-request-data.ts';
import { createMix } from '../../../src/data/mix.ts';
import type { TagSource, Vocabulary } from '../../../src/templates/tag.ts';
import { loadVocabulary } from '../../../src/templates/vocabulary.ts';

const clock: Clock = {
  nowMs: () => 0,
  epochMs: () => Date.UTC(2024, 4, 6, 7, 8, 9, 123),
  after: () => ({ cancel: () => undefined }),
};

export const vocabulary: Vocabulary = await loadVocabulary('#name #text');

/** A source of tags whose ids are `id0`, `id1`, ... */
export const source: TagSource = {
  key: 1,
  id: (n) => `id${n}`,
  ordinal: (n) => n,
  unique: String,
  now: () => '2024-05-06T07:08:09.123Z',
  vocabulary,
  named: new Map(),
};

export const user: JsonObject = {
  _id: '#id',
  name: '#string',
  age: '#int(1,90)',
  address: { city: 'Zürich', tags: ['#uuid', 'é"\\'] },
};

type OperationChanges = Partial<Omit<RequestDataOperation, 'dataSize'>> & {
  /** A number: the size of all documents. */
  readonly dataSize?: number | IntegerDistribution;
};

/** An operation of a plan; by default a write of users. */
function operationOf({ dataSize = 0, ...changes }: OperationChanges = {}): RequestDataOperation {
  return {
    type: 'write',
    batchSize: 100,
    document: user,
    saved: [],
    filter: undefined,
    keys: { distribution: 'uniform' },
    scanLength: { kind: 'constant', value: 10 },
    dataSize: typeof dataSize === 'number' ? { kind: 'constant', value: dataSize } : dataSize,
    sizing: 'document',
    ...changes,
  };
}

type Others = Partial<Omit<RequestDataOptions, 'job' | 'operation'>> & Partial<Omit<RequestDataJob, 'mix'>>;

/** The data of a job with this one operation. */
export function materials(changes: OperationChanges = {}, others: Others = {}): Promise<RequestData> {
  const { index = 0, collection = 'users', connections = 1, feeders = [], documentSeed, ...options } = others;
  const operation = operationOf(changes);
  return createRequestData({
    operation,
    job: { index, collection, connections, feeders, documentSeed: documentSeed ?? options.seed ?? 1, mix: [operation] },
    mix: createMix([1], 0),
    seed: 1,
    firstDocument: 0,
    documentStride: 1,
    population: 0,
    oldest: 0,
    clock,
    ...options,
  });
}

/** A part of a request as a function, constant or not. */
export function renderer(part: RequestPart): (number: number) => string {
  return typeof part === 'string' ? () => part : part;
}

/** A value as a filter writes it. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function parse(text: string): Record<string, Json> {
  return JSON.parse(text) as Record<string, Json>;
}

/** Results of a function for the numbers from 0. */
export function firstOf<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number));
}
