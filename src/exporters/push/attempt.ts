import type { AttemptStatus } from '../../core/attempt-status.ts';
import type { Rejection } from './protocol.ts';

/** One request, ready to be sent. */
export interface Parcel {
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire; empty: none. */
  readonly body: Uint8Array;
  readonly samples: number;
  /** Size of the body before it was gzipped. */
  readonly plainBytes: number;
  /** Whether it was gzipped for sending, not by its protocol. */
  readonly isGzipped: boolean;
}

interface Answered {
  readonly status: AttemptStatus;
  /** Of the HTTP answer; 0: there was none. */
  readonly statusCode: number;
}

interface Accepted extends Answered {
  readonly kind: 'accepted';
  /** What the receiver left out all the same. */
  readonly rejection?: Rejection;
}

/** The receiver will never take it. */
interface Refused extends Answered {
  readonly kind: 'refused';
  readonly reason: string;
}

/** Worth another attempt; after `retryAfterMs` where the receiver asked for that (0: it did not). */
interface Failed extends Answered {
  readonly kind: 'failed';
  readonly reason: string;
  readonly retryAfterMs: number;
}

/** An attempt that did not bring everything across. */
export type Shortfall = Refused | Failed;

/** What became of one attempt to deliver a parcel. Reasons are for people and hold no secret. */
export type Attempt = Accepted | Shortfall;

/** Makes one attempt; aborting the signal ends it as failed. Never rejects. */
export type Send = (parcel: Parcel, signal: AbortSignal) => Promise<Attempt>;
