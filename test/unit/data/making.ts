import type { Clock } from '../../../src/core/clock.ts';
import type { Fields, Materials, Part } from '../../../src/core/materials.ts';
import type { Json } from '../../../src/core/target.ts';
import {
  createMaterials,
  type MaterialsJob,
  type MaterialsOperation,
  type MaterialsOptions,
} from '../../../src/data/materials.ts';
import { createMix } from '../../../src/data/mix.ts';
import type { TagSource } from '../../../src/data/tag-source.ts';
import { loadVocabulary, type Vocabulary } from '../../../src/data/vocabulary.ts';

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

export const user: Fields = {
  _id: '#id',
  name: '#string',
  age: '#int(1,90)',
  address: { city: 'Zürich', tags: ['#uuid', 'é"\\'] },
};

/** An operation as the plan gives it: a write of users, unless told otherwise. */
function operationOf(changes: Partial<MaterialsOperation> = {}): MaterialsOperation {
  return {
    type: 'write',
    batchSize: 100,
    document: user,
    saved: [],
    filter: undefined,
    keys: { distribution: 'uniform' },
    dataSize: 0,
    sizing: 'document',
    ...changes,
  };
}

type Others = Partial<Omit<MaterialsOptions, 'job' | 'operation'>> & Partial<Omit<MaterialsJob, 'mix'>>;

/** The data of a job with this one operation. */
export function materials(changes: Partial<MaterialsOperation> = {}, others: Others = {}): Promise<Materials> {
  const { index = 0, collection = 'users', connections = 1, feeders = [], documentSeed, ...options } = others;
  const operation = operationOf(changes);
  return createMaterials({
    operation,
    job: { index, collection, connections, feeders, documentSeed: documentSeed ?? options.seed ?? 1, mix: [operation] },
    mix: createMix([1], 0),
    seed: 1,
    firstDocument: 0,
    documentStride: 1,
    population: 0,
    clock,
    ...options,
  });
}

/** A part of a request as a function, constant or not. */
export function renderer(part: Part): (number: number) => string {
  return typeof part === 'string' ? () => part : part;
}

/** A value as a filter writes it. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function parse(text: string): Record<string, Json> {
  return JSON.parse(text) as Record<string, Json>;
}

/** What a function gives for the numbers from 0 on. */
export function firstOf<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number));
}
