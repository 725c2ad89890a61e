import type { AttemptStatus } from '../../shared/network/failure-reason.ts';
import type { Rejection } from './protocol.ts';

/** A prepared request. */
export interface PreparedRequest {
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Body on the wire; empty: none. */
  readonly body: Uint8Array;
  readonly samples: number;
  /** Size of the body before gzip. */
  readonly plainBytes: number;
  /** Whether the sender gzipped the body, as opposed to its protocol. */
  readonly isGzipped: boolean;
}

interface Answered {
  readonly status: AttemptStatus;
  /** HTTP status; 0: no response. */
  readonly statusCode: number;
}

interface Accepted extends Answered {
  readonly kind: 'accepted';
  /** Samples that the receiver rejected despite its success status. */
  readonly rejection?: Rejection;
}

/** Permanent rejection by the receiver. */
interface Refused extends Answered {
  readonly kind: 'refused';
  readonly reason: string;
}

/** A retry may succeed; `retryAfterMs` is the delay that the receiver requested (0: none). */
interface Failed extends Answered {
  readonly kind: 'failed';
  readonly reason: string;
  readonly retryAfterMs: number;
}

/** An attempt that was not completely successful. */
export type FailedAttempt = Refused | Failed;

/** Result of one attempt to deliver a parcel. Reasons are human-readable and contain no secret. */
export type PushAttempt = Accepted | FailedAttempt;

/** Makes one attempt; aborting the signal ends it as failed. Never rejects. */
export type SendRequest = (parcel: PreparedRequest, signal: AbortSignal) => Promise<PushAttempt>;
