import type { Exposition } from '../../metrics/family.ts';
import type { BodyParts } from './body-parts.ts';

/** One request to a receiver: an exposition, or the part of it that fits into one. */
export interface PushMessage {
  /** Where it goes, if not to the protocol's own URL; the same host, no credentials. */
  readonly url?: string;
  /** `POST` without one. */
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  /** Lower-case names. A `content-encoding` says that the body is compressed already; else the sender may gzip it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty: none is sent. */
  readonly body: string | Uint8Array;
  /** Samples in it, which deliveries are counted in; 0 for a message that brings none. */
  readonly samples: number;
}

/** What a receiver says it left out although it accepted the message. */
export interface Rejection {
  readonly samples: number;
  /** For people; need not be free of secrets, the sender masks them. */
  readonly reason: string;
}

/** What is said once the last exposition has been delivered or given up. Nobody waits for it longer than a few seconds. */
interface LastWords {
  /** Milliseconds to wait first, for receivers that are read by others; a run that is interrupted does not wait. */
  readonly graceMs: number;
  /**
   * The messages, with instants where the protocol has them. Called once, after every `encode`.
   * @param epochMs the instant it is called at, milliseconds since the epoch
   */
  encode(epochMs: number): readonly PushMessage[];
}

/**
 * How to speak to one kind of receiver. A new kind is one folder with one of these, and one line in the registry. One is
 * made for each target, so it may remember what it encoded.
 */
export interface PushProtocol {
  /** Where to send; holds no credentials, but its query may be secret. */
  readonly url: string;
  /** Whether receivers of this kind take a gzipped body. */
  readonly takesGzip: boolean;
  /** Whether an older exposition is worth nothing once there is a newer one, because the receiver keeps no instants. */
  readonly onlyNewest: boolean;
  /**
   * Loads what it needs, before anything is encoded.
   * @throws {LoadbotError} when it can never work, such as for a package that is not installed
   */
  prepare?(): Promise<void>;
  /** The requests that bring an exposition, sent in this order; each is repeated on its own until it is accepted. */
  encode(exposition: Exposition): readonly PushMessage[];
  /** How its bodies are divided and joined; absent: not at all. */
  readonly parts?: BodyParts;
  readonly lastWords?: LastWords;
  /** Reads the body of a 2xx answer; `undefined`: everything was taken. Absent for receivers that tell nothing there. */
  readonly readRejection?: (answer: Uint8Array) => Rejection | undefined;
}
