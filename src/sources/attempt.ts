import type { AttemptStatus } from '../shared/network/failure-reason.ts';
import type { BadLine } from './parse/exposition-parser.ts';
import type { SeriesValue } from './parse/series.ts';

/** Result of one attempt to read a source. */
export interface ScrapeAttempt {
  readonly status: AttemptStatus;
  /** HTTP status; 0: no response, or not an HTTP source. */
  readonly statusCode: number;
  /** Milliseconds until the document was complete, parsing excluded. */
  readonly fetchMs: number;
  readonly parseMs: number;
  /** Bytes of the document read so far, decompressed. */
  readonly bytes: number;
  readonly badLines: number;
  /** The first malformed lines; may contain secrets. */
  readonly firstBad: readonly BadLine[];
  /** Matching samples that were dropped because of the limit. */
  readonly droppedSamples: number;
  /** The parsed values; `undefined` unless the status is `success`. */
  readonly reading: SourceScrape | undefined;
  /** Human-readable reason of a failure; contains no secret. */
  readonly reason: string | undefined;
}

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
