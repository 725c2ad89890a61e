import type { Json } from './target.ts';
import type { TextSyntax } from './text-syntax.ts';

/** A JSON object. */
export type Fields = { readonly [name: string]: Json };

/** A statement whose tags are parameters: `texts[0] ? texts[1] ? texts[2]`, one text more than there are parameters. */
export interface Statement {
  readonly texts: readonly string[];
  /** The parameters of one request, in order: a tag alone keeps its type, so `#int(1,9)` gives a number. */
  values(sequence: number): readonly Json[];
}

/** A piece of a request: constant, or rendered from the ticket number. */
export type Part = string | ((sequence: number) => string);

/**
 * The data of a job's requests. Every function is pure in `sequence`, the ticket number that is unique in the
 * whole job, so the same seed gives the same requests on any number of threads.
 */
export interface Materials {
  /** The job's document, as JSON text. */
  readonly documentJson: (sequence: number) => string;
  /** The job's document as a value, for drivers that do not speak JSON. */
  readonly document: (sequence: number) => Fields;
  /** The documents of one bulk request, as a JSON array. */
  readonly documentsJson: (sequence: number) => string;
  /** The same as values. */
  readonly documents: (sequence: number) => readonly Fields[];
  /** The fields an update changes, as JSON text: the document without its `_id`. */
  readonly changesJson: (sequence: number) => string;
  /** The same as a value. */
  readonly changes: (sequence: number) => Fields;
  /** The key that this read or update aims at. */
  readonly key: (sequence: number) => string;
  /** The job's filter without `_id`, as name and text pairs; empty when reads go by key. */
  readonly filter: (sequence: number) => readonly (readonly [name: string, value: string])[];
  /** The whole filter as a value, the operators of a database included; just the `_id` when reads go by key. */
  readonly criteria: (sequence: number) => Fields;
  /**
   * Compiles any text that may hold template tags, and in a request target or a header the placeholders `{key}` and
   * `{collection}`. Values are escaped for the syntax that they stand in; `plain` by default.
   */
  readonly text: (template: string, syntax?: TextSyntax) => Part;
  /** Compiles any JSON value that may hold template tags into JSON text. */
  readonly json: (template: Json) => (sequence: number) => string;
  /** The same as a value. */
  readonly value: (template: Json) => (sequence: number) => Json;
  /** Takes a statement apart at its tags, which become parameters. */
  readonly statement: (template: string) => Statement;
}
