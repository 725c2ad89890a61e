import type { Json } from '../shared/json.ts';

/** ValueComparison of a value with one that the workload gives. */
export type ValueComparison =
  | { readonly kind: 'equal' | 'not_equal'; readonly value: Json }
  | { readonly kind: 'less' | 'at_most' | 'more' | 'at_least'; readonly value: number }
  | { readonly kind: 'contains' | 'not_contains'; readonly value: string }
  /** `pattern` is a regular expression of RE2: its time is linear in the text. */
  | { readonly kind: 'matches'; readonly pattern: string }
  | { readonly kind: 'present' | 'absent' }
  /** Number of elements of a list, fields of an object, or characters of a text. */
  | { readonly kind: 'length'; readonly of: ValueComparison };

/** Part of a response that a check compares. */
export type CheckSubject =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body' }
  /** Number of bytes of the decoded body. */
  | { readonly kind: 'body_bytes' }
  /** RFC 9535 query; the check holds if all nodes satisfy it, and at least one exists unless it is `absent`. */
  | { readonly kind: 'json'; readonly path: string }
  /** Number of rows that a database returned or changed. */
  | { readonly kind: 'rows' }
  /** Number of events of a streamed response. */
  | { readonly kind: 'events' }
  /** Service time in milliseconds. */
  | { readonly kind: 'duration' };

/** One check of a response. */
export interface CheckPlan {
  /** Label `check`, and the name in reports. */
  readonly name: string;
  readonly subject: CheckSubject;
  readonly comparison: ValueComparison;
}

/** Checks of an operation's responses. A response whose checks fail counts as an error of class `check`. */
export interface ExpectPlan {
  /** In order; the first one that fails names the failure. At least one. */
  readonly checks: readonly CheckPlan[];
  /** Share of the responses that are checked, above 0 to 1. */
  readonly sample: number;
}

/** Source of a captured value. */
export type CaptureSource =
  /** RFC 9535 query: the first node's value. */
  | { readonly kind: 'json'; readonly path: string }
  /** Regular expression of RE2 over the body: its first group, or the whole match. */
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string }
  | { readonly kind: 'status' }
  /** Column of the first row; `undefined`: the list of all rows. */
  | { readonly kind: 'row'; readonly column: string | undefined };

/** Selection among several values of a source: one of them, or the list of all. `random` follows from the data number. */
export type CapturePick = 'first' | 'last' | 'random' | 'all';

/** A value that a step takes from its response. */
export interface CapturePlan {
  /** Name after the step's: `token` for `#login.token`. */
  readonly name: string;
  readonly source: CaptureSource;
  /** For `json` and `regex`; other sources have one value. */
  readonly pick: CapturePick;
  /** Value where the response has none; `undefined`: the step fails. */
  readonly fallback: Json | undefined;
  /** Custom metric that records it; `undefined`: none. */
  readonly metric: string | undefined;
}
