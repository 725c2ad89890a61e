/**
 * What is asked about the values of sources: `moco_agent_dump_backup_in_progress == 1`. Made of plain values, so that it can
 * be frozen and cloned.
 */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  /** At most one side is a `Vector`: it holds when it holds for any of its series. */
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly left: Operand; readonly right: Operand }
  /** No series matches. */
  | { readonly kind: 'absent'; readonly selector: Selector };

export const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** One value for each of several series. */
export type Vector = Selector | Change;

/** A number, or what becomes one when it is evaluated. */
export type Operand = { readonly kind: 'number'; readonly value: number } | Vector | Aggregate;

/** The series of a name, of those labels: `name{label="value"}`. */
export interface Selector {
  readonly kind: 'selector';
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

export const MATCHINGS = ['=', '!=', '=~', '!~'] as const;

/** A label that is absent is the same as an empty one; `=~` matches the whole value. */
export interface Matcher {
  readonly label: string;
  readonly matching: (typeof MATCHINGS)[number];
  readonly value: string;
}

export const CHANGES = ['increase', 'rate'] as const;

/** How much counters have risen, in all or per second. */
export interface Change {
  readonly kind: (typeof CHANGES)[number];
  readonly range: Range;
}

/** The values of a selector during a span of time up to now. */
export interface Range {
  readonly kind: 'range';
  readonly selector: Selector;
  /** `Infinity`: since the run began. */
  readonly windowMs: number;
}

export const AGGREGATIONS = ['sum', 'min', 'max', 'count'] as const;

/** One value of several series; of a range, of all the values that they had. */
export interface Aggregate {
  readonly kind: 'aggregate';
  readonly aggregation: (typeof AGGREGATIONS)[number];
  readonly of: Vector | Range;
}

/** Why a text is no condition. */
export interface ConditionFault {
  readonly message: string;
  /** Where in the text, counted from 0. */
  readonly position: number;
  readonly hint?: string;
  /** A word that is not known, and those that are known there. */
  readonly unknown?: { readonly word: string; readonly candidates: readonly string[] };
}
