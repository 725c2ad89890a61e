import type { Labels } from '../../metrics/family.ts';

/** What one line of a document tells a value of. The same object for as long as the source has it. */
export interface Series {
  /** The sample's name, suffixes such as `_total` or `_bucket` included. */
  readonly name: string;
  readonly labels: Labels;
  /** The same for the same name and labels, in whatever order, and for no others of its source. */
  readonly key: string;
}

/** A series and its value in one document. */
export interface SeriesValue {
  readonly series: Series;
  readonly value: number;
}
