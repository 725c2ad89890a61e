import type { FailureStatus } from '../../core/attempt-status.ts';

/** What takes a document while it arrives. */
export interface DocumentTaker {
  /** The source has begun to answer. @param statusCode of HTTP, 0 without it */
  begin(statusCode: number, contentType: string): void;
  /** The next piece, decompressed. @throws {FetchFault} to have no more of it */
  take(chunk: Buffer): void;
}

/** Gets one source's document, again and again. */
export interface Fetcher {
  /** Loads the code that it needs, so that no attempt is charged with that. */
  load?(): Promise<unknown>;
  /**
   * Gets the document once; resolves when all of it has been taken.
   * @param signal ends it
   * @throws {FetchFault} for what is wrong with the source; anything else that the system or a library reports
   */
  fetch(signal: AbortSignal, taker: DocumentTaker): Promise<void>;
  /** Lets go of connections. */
  close(): Promise<void>;
}

/** Why a document cannot be used, where it is known at once. */
export class FetchFault extends Error {
  override readonly name = 'FetchFault';
  readonly status: FailureStatus;

  /** @param message for people; may hold secrets */
  constructor(status: FailureStatus, message: string) {
    super(message);
    this.status = status;
  }
}
