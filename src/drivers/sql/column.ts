import type { JsonObject } from '../../templates/request-data.ts';
import type { Json } from '../../shared/json.ts';

/** Kind of values in a column. */
export type ColumnKind = 'text' | 'integer' | 'double' | 'boolean' | 'json';

/** A column of the default mapping: one per top-level field of the documents. */
export interface SqlColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Length of the longest sampled text in characters; 0 for other kinds. */
  readonly longest: number;
}

/** A statement parameter. */
export type SqlValue = string | number | boolean | null;

/**
 * Derives the columns from sample documents, in the order in which their fields appear. A field with several kinds
 * becomes text, or JSON when one of the values is an object or a list. A field that is always null becomes text.
 */
export function columnsOf(samples: readonly JsonObject[]): readonly SqlColumn[] {
  const values = new Map<string, Json[]>();
  for (const sample of samples) {
    for (const [name, value] of Object.entries(sample)) values.set(name, [...(values.get(name) ?? []), value]);
  }
  return [...values].map(([name, seen]) => ({
    name,
    kind: seen.flatMap(kindsOf).reduce(common, undefined) ?? 'text',
    longest: Math.max(...seen.map((value) => (typeof value === 'string' ? value.length : 0))),
  }));
}

/** Converts a document's field into a value of its column. */
export function toValue(kind: ColumnKind, value: Json | undefined): SqlValue {
  if (value === undefined || value === null) return null;
  if (kind === 'json') return JSON.stringify(value);
  return kind === 'text' && typeof value !== 'object' ? String(value) : asValue(value);
}

/** Converts any JSON value into a parameter. Its type follows from the statement, on the server. */
export function asValue(value: Json): SqlValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** Kinds that can hold the value; empty for null, which every column accepts. */
function kindsOf(value: Json): readonly ColumnKind[] {
  if (value === null) return [];
  if (typeof value === 'string') return ['text'];
  if (typeof value === 'boolean') return ['boolean'];
  if (typeof value === 'number') return [Number.isSafeInteger(value) ? 'integer' : 'double'];
  return ['json'];
}

function common(one: ColumnKind | undefined, other: ColumnKind): ColumnKind {
  if (one === undefined || one === other) return other;
  const kinds = new Set([one, other]);
  if (kinds.has('json')) return 'json';
  return kinds.has('integer') && kinds.has('double') ? 'double' : 'text';
}
