import type { FailureStatus } from '../../shared/network/failure-reason.ts';

/** Receives a document while it arrives. */
export interface DocumentReceiver {
  /**
   * The response has begun.
   * @param statusCode of HTTP; 0 for other origins
   */
  begin(statusCode: number, contentType: string): void;
  /**
   * The next chunk, decompressed.
   * @throws {FetchFault} to stop the transfer
   */
  take(chunk: Buffer): void;
}

/** Fetches one source's document repeatedly. */
export interface Fetcher {
  /** Loads the required code, so that its load time does not count for any attempt. */
  load?(): Promise<unknown>;
  /**
   * Fetches the document once; resolves when it has been received completely.
   * @param signal aborts the fetch
   * @throws {FetchFault} for faults of the source; errors of the system or a library pass unchanged
   */
  fetch(signal: AbortSignal, taker: DocumentReceiver): Promise<void>;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** Reason why a document is unusable, with its status. */
export class FetchFault extends Error {
  override readonly name = 'FetchFault';
  readonly status: FailureStatus;

  /** @param message human-readable; may contain secrets */
  constructor(status: FailureStatus, message: string) {
    super(message);
    this.status = status;
  }
}
