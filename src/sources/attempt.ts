import type { FailureReason } from '../core/failure-reason.ts';
import type { BadLine } from './parse/page-parser.ts';
import type { Reading } from './reading.ts';

/** What can become of an attempt, as the label `status` says it. */
export const SOURCE_STATUSES = [
  'success',
  'timeout',
  'refused',
  'reset',
  'dns',
  'tls',
  'http_4xx',
  'http_5xx',
  'parse',
] as const satisfies readonly (FailureReason['status'] | 'success' | 'http_4xx' | 'http_5xx')[];
export type SourceStatus = (typeof SOURCE_STATUSES)[number];

/** What became of one attempt to read a source. */
export interface Attempt {
  readonly status: SourceStatus;
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
