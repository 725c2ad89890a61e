import type { SeriesValue } from './parse/series.ts';

/**
 * The values of a source at one instant. That instant is not known to us, only that it lies between sending the request and
 * the first byte of the answer, in which systems write down what they have just looked up.
 */
export interface Reading {
  /** When the request was sent, on the run's clock. */
  readonly sentMs: number;
  /** When the first byte of the answer was there, on the run's clock. Where one moment is needed, it is this. */
  readonly atMs: number;
  /** The same in milliseconds since the epoch. */
  readonly epochMs: number;
  readonly values: readonly SeriesValue[];
  /** Types of families by their name, as the document spells both. */
  readonly types: ReadonlyMap<string, string>;
}
