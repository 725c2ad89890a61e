import type { Json } from '../shared/json.ts';

/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** A statement with tags as parameters: `texts[0] ? texts[1] ? texts[2]`, one more text than parameters. */
export interface Statement {
  readonly texts: readonly string[];
  /** Parameters of one request, in order; a single tag keeps its type, so `#int(1,9)` returns a number. */
  values(sequence: number): readonly Json[];
}

/** Part of a request: constant, or rendered from the ticket number. */
export type RequestPart = string | ((sequence: number) => string);

/**
 * Data of a job's requests. All functions are pure in `sequence`, the ticket number that is unique in the job, so a
 * seed gives the same requests on any number of threads.
 */
export interface RequestData {
  /** The job's document as JSON text. */
  readonly documentJson: (sequence: number) => string;
  /** The job's document as a value, for drivers with a binary protocol. */
  readonly document: (sequence: number) => JsonObject;
  /** The documents of one bulk request, as a JSON array. */
  readonly documentsJson: (sequence: number) => string;
  /** The same as values. */
  readonly documents: (sequence: number) => readonly JsonObject[];
  /** Fields that an update changes, as JSON text: the document without its `_id`. */
  readonly changesJson: (sequence: number) => string;
  /** The same as a value. */
  readonly changes: (sequence: number) => JsonObject;
  /** Maximum size that documents of different sizes are padded to, in bytes. Absent: all have the same size. */
  readonly maxDataSize?: number | undefined;
  /** Key of the document that a read, update or delete uses, or that a scan begins with. */
  readonly key: (sequence: number) => string;
  /** Maximum number of documents that a scan reads. */
  readonly scanLength: (sequence: number) => number;
  /** The job's filter without `_id`, as pairs of name and text; empty for reads by key. */
  readonly filter: (sequence: number) => readonly (readonly [name: string, value: string])[];
  /** The complete filter as a value, including database operators; only the `_id` for reads by key. */
  readonly criteria: (sequence: number) => JsonObject;
  /**
   * Compiles a text with template tags, and with the placeholders `{key}` and `{collection}` in a request target or a
   * header. Values are escaped for the syntax at their position; default: `plain`.
   */
  readonly text: (template: string, syntax?: TextSyntax) => RequestPart;
  /** Compiles a JSON value with template tags into JSON text. */
  readonly json: (template: Json) => (sequence: number) => string;
  /** The same as a value. */
  readonly value: (template: Json) => (sequence: number) => Json;
  /** Compiles a text into a statement whose parameters are the tags. */
  readonly statement: (template: string) => Statement;
}

/**
 * Syntax of a text with tags, which determines the escaping of values: `plain`: none; `target`: path and query of an
 * HTTP request; `header`: value of an HTTP header, without escaping; `form`: `application/x-www-form-urlencoded`;
 * `json`: JSON as text; `xml`: XML as text.
 */
export type TextSyntax = 'plain' | 'target' | 'header' | 'form' | 'json' | 'xml';

/** Whether `{key}` and `{collection}` are placeholders in a syntax. A body may contain literal braces. */
export function hasPlaceholders(syntax: TextSyntax): boolean {
  return syntax === 'target' || syntax === 'header';
}
