import type { SeriesValue } from './parse/series.ts';

/**
 * A source's values at one instant. The exact instant is unknown: it lies between the request and the first byte of the
 * response, in which systems write the values that they have just collected.
 */
export interface SourceScrape {
  /** Send time of the request, on the run's clock. */
  readonly sentMs: number;
  /** Arrival of the first byte of the response, on the run's clock. Used where a single time is needed. */
  readonly atMs: number;
  /** The same in milliseconds since the epoch. */
  readonly epochMs: number;
  readonly values: readonly SeriesValue[];
  /** Types by family name, both as spelled in the document. */
  readonly types: ReadonlyMap<string, string>;
}
