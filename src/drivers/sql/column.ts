import type { Fields } from '../../core/materials.ts';
import type { Json } from '../../core/target.ts';

/** What a column holds. */
export type ColumnKind = 'text' | 'integer' | 'double' | 'boolean' | 'json';

/** A column of the default mapping: one for each field at the top of a document. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Characters of the longest text seen; 0 for other kinds. */
  readonly longest: number;
}

/** A value that a server takes as a parameter. */
export type SqlValue = string | number | boolean | null;

/**
 * The columns that documents like these need, in the order in which their fields appear. A field that is now one thing, now
 * another becomes text, or JSON where one of them is an object or a list; so does, as text, what is always null.
 */
export function columnsOf(samples: readonly Fields[]): readonly Column[] {
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

/** Turns a document's field into what its column takes. */
export function toValue(kind: ColumnKind, value: Json | undefined): SqlValue {
  if (value === undefined || value === null) return null;
  if (kind === 'json') return JSON.stringify(value);
  return kind === 'text' && typeof value !== 'object' ? String(value) : asValue(value);
}

/** Turns any value into a parameter; what it is for only the server knows. */
export function asValue(value: Json): SqlValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** None for null, which fits everywhere. */
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
