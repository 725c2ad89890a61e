import type { AttemptStatus } from '../../shared/network/failure-reason.ts';
import type { Rejection, PushMessage, PushProtocol } from './protocol.ts';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

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

const compress = promisify(gzip);

/** Prepares messages for sending; bodies are gzipped when enabled and useful. */
export async function prepareRequests(
  messages: readonly PushMessage[],
  { url, takesGzip }: Pick<PushProtocol, 'url' | 'takesGzip'>,
  gzipWanted: boolean,
): Promise<readonly PreparedRequest[]> {
  const parcels: PreparedRequest[] = [];
  for (const message of messages) {
    const body = Buffer.from(message.body);
    const plain = {
      url: message.url ?? url,
      method: message.method ?? 'POST',
      headers: message.headers,
      body,
      samples: message.samples,
      plainBytes: body.length,
      isGzipped: false,
    };
    const zips = gzipWanted && takesGzip && body.length > 0 && message.headers['content-encoding'] === undefined;
    parcels.push(zips ? await zip(plain) : plain);
  }
  return parcels;
}

async function zip(parcel: PreparedRequest): Promise<PreparedRequest> {
  const body = await compress(parcel.body);
  return { ...parcel, body, isGzipped: true, headers: { ...parcel.headers, 'content-encoding': 'gzip' } };
}

/** Requests of one exposition, in order, at least one. */
export type RequestBatch = readonly PreparedRequest[];

/** Samples of a parcel that are lost without a further attempt, and the reason. */
export function lossOf(
  { samples }: PreparedRequest,
  attempt: Exclude<PushAttempt, { kind: 'failed' }>,
): { readonly samples: number; readonly shortfall?: FailedAttempt } {
  if (attempt.kind === 'refused') return { samples, shortfall: attempt };
  const { rejection, status, statusCode } = attempt;
  if (rejection === undefined) return { samples: 0 };
  return {
    samples: Math.min(rejection.samples, samples),
    shortfall: { kind: 'refused', status, statusCode, reason: rejection.reason },
  };
}

export function samplesOf(batch: RequestBatch): number {
  return batch.reduce((total, { samples }) => total + samples, 0);
}
