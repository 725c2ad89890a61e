import type { Exchange } from '../driver.ts';

/** A request ready to be sent. The object is reused for every request. */
export interface OutgoingRequest {
  readonly method: string;
  /** Origin-form, or absolute-form through a proxy. */
  path: string;
  /** Alternating names and values. */
  readonly headers: string[];
  body: string | Buffer | null;
  /** The complete HTTP/1.1 message, or its head if there is a `tail`; empty for HTTP/2. */
  message: string | Buffer;
  /** A large body, which is written after `message` without being copied into it. HTTP/1.1 only. */
  tail: Buffer | null;
  /** The connection closes after the response. */
  closes: boolean;
}

/** Requests of one operation. */
export interface RequestSource {
  /** Method and path for messages, without query and generated values, which may contain secrets. */
  readonly summary: string;
  /**
   * Builds the request of one ticket; valid until the next call.
   * @param exchange of the request
   * @throws {ClassifiedError} of class `workload` when the data do not form a valid request
   */
  prepare(sequence: number, exchange: Exchange): OutgoingRequest;
}
