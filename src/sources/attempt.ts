import type { AttemptStatus } from '../core/attempt-status.ts';
import type { BadLine } from './parse/page-parser.ts';
import type { Reading } from './reading.ts';

/** What became of one attempt to read a source. */
export interface Attempt {
  readonly status: AttemptStatus;
  /** Of the HTTP answer; 0: there was none, or it is no HTTP source. */
  readonly statusCode: number;
  /** Milliseconds until the document was there, without those that it was parsed in. */
  readonly fetchMs: number;
  readonly parseMs: number;
  /** Bytes of the document as far as it was read, decompressed. */
  readonly bytes: number;
  readonly badLines: number;
  /** The first of those; may hold secrets. */
  readonly firstBad: readonly BadLine[];
  /** Samples that were wanted but too many. */
  readonly droppedSamples: number;
  /** What was read; `undefined` unless the status is `success`. */
  readonly reading: Reading | undefined;
  /** Why nothing was, for people; holds no secret. */
  readonly reason: string | undefined;
}
