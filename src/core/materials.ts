import type { Json } from './target.ts';

/**
 * The data of a job's requests. Every function is pure in `sequence`, the ticket number that is unique in the
 * whole job, so the same seed gives the same requests on any number of threads.
 */
export interface Materials {
  /** The job's document, as JSON text. */
  documentJson(sequence: number): string;
  /** The job's document as a value, for drivers that do not speak JSON. */
  document(sequence: number): Json;
  /** The documents of one bulk request, as a JSON array. */
  documentsJson(sequence: number): string;
  /** The fields an update changes, as JSON text: the document without its `_id`. */
  changesJson(sequence: number): string;
  /** The key that this read or update aims at. */
  key(sequence: number): string;
  /** The job's filter without `_id`, as name and text pairs; empty when reads go by key. */
  filter(sequence: number): readonly (readonly [name: string, value: string])[];
  /** Compiles any text that may hold template tags. */
  text(template: string): (sequence: number) => string;
  /** Compiles any JSON value that may hold template tags into JSON text. */
  json(template: Json): (sequence: number) => string;
}
