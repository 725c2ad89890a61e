import type { Exchange } from '../driver.ts';

/** A request ready to be sent. The object is reused for every request. */
export interface OutgoingRequest {
  readonly method: string;
  /** Origin-form, or absolute-form through a proxy. */
  path: string;
  /** Alternating names and values. */
  readonly headers: string[];
  body: string | Buffer | null;
  /** The complete HTTP/1.1 message, or its head if there is a `tail`; the header block of HTTP/2. Text is Latin-1. */
  message: string | Buffer;
  /** A large body, which is written after `message` without being copied into it; any body of HTTP/2. Text is Latin-1. */
  tail: string | Buffer | null;
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

/** Names in lower case and values; a generated value (not a string) is encoded for each request. */
export type NamedValues = readonly (readonly [name: string, value: unknown])[];

/** Encodes the requests of one operation, whose constant headers are encoded once. */
export interface RequestFormat {
  /** Encodes a header with a generated value. @throws {Error} when it cannot be sent */
  field(name: string, value: string): string;
  /** Sets `message` and `tail` of a request. @param generated its headers with generated values, `host` first */
  compose(request: OutgoingRequest, generated: string): void;
}
