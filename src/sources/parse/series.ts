import type { Labels } from '../../metrics/family.ts';

/** A time series of a source. The same object as long as the source exposes it. */
export interface Series {
  /** Sample name, including suffixes such as `_total` or `_bucket`. */
  readonly name: string;
  readonly labels: Labels;
  /** Key of name and labels, independent of label order; unique within the source. */
  readonly key: string;
}

/** A series and its value in one document. */
export interface SeriesValue {
  readonly series: Series;
  readonly value: number;
}
