/**
 * A condition on the values of sources: `moco_agent_dump_backup_in_progress == 1`. Consists of plain values, so it can
 * be frozen and cloned.
 */
export type SourceCondition =
  | { readonly kind: 'and' | 'or'; readonly left: SourceCondition; readonly right: SourceCondition }
  | { readonly kind: 'not'; readonly condition: SourceCondition }
  /** At most one side is a `Vector`; the condition holds if it holds for any of its series. */
  | {
      readonly kind: 'compare';
      readonly comparison: ComparisonOperator;
      readonly left: Operand;
      readonly right: Operand;
    }
  /** Holds if no series matches. */
  | { readonly kind: 'absent'; readonly selector: Selector };

export const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type ComparisonOperator = (typeof COMPARISONS)[number];

/** One value for each of several series. */
export type Vector = Selector | CounterChange;

/** A number, or an expression with a numeric value. */
export type Operand = { readonly kind: 'number'; readonly value: number } | Vector | Aggregate;

/** Selects series by name and labels: `name{label="value"}`. */
export interface Selector {
  readonly kind: 'selector';
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

export const MATCHINGS = ['=', '!=', '=~', '!~'] as const;

/** An absent label equals an empty one; `=~` matches the complete value. */
export interface Matcher {
  readonly label: string;
  readonly matching: (typeof MATCHINGS)[number];
  readonly value: string;
}

export const CHANGES = ['increase', 'rate'] as const;

/** Increase of counters, total or per second. */
export interface CounterChange {
  readonly kind: (typeof CHANGES)[number];
  readonly range: TimeRange;
}

/** Values of a selector in a time range that ends now. */
export interface TimeRange {
  readonly kind: 'range';
  readonly selector: Selector;
  /** `Infinity`: since the start of the run. */
  readonly windowMs: number;
}

export const AGGREGATIONS = ['sum', 'min', 'max', 'count'] as const;

/** One value from several series; for a range, from all values within it. */
export interface Aggregate {
  readonly kind: 'aggregate';
  readonly aggregation: (typeof AGGREGATIONS)[number];
  readonly of: Vector | TimeRange;
}

/** Syntax error of a condition. */
export interface ConditionError {
  readonly message: string;
  /** Position in the text, from 0. */
  readonly position: number;
  readonly hint?: string;
  /** An unknown word, and the known words at this position. */
  readonly unknown?: { readonly word: string; readonly candidates: readonly string[] };
}

/** Measured value of one series. */
interface MeasuredSeries {
  /** Name and labels of the series as text. */
  readonly series: string;
  readonly value: number;
}

/** Measured values of the series of a source threshold. */
export interface MeasuredValues {
  readonly values: readonly MeasuredSeries[];
  /** Why values may be missing; `undefined`: complete. */
  readonly shortage: string | undefined;
}
