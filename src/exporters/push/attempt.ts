/** An exposition ready to be sent, and how many samples that is. */
export interface Parcel {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly samples: number;
}

/** What became of one attempt to deliver a parcel. Reasons are for people and hold no secret. */
export type Attempt =
  | { readonly kind: 'accepted' }
  /** The receiver will never take it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Worth another attempt; after `retryAfterMs` where the receiver asked for that (0: it did not). */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number };

/** Makes one attempt; aborting the signal ends it as failed. Never rejects. */
export type Send = (parcel: Parcel, signal: AbortSignal) => Promise<Attempt>;
