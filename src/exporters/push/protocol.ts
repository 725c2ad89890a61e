import type { Exposition } from '../../metrics/family.ts';
import type { BodyParts } from './body-parts.ts';

/** One request to a receiver: an exposition, or a part of it. */
export interface PushMessage {
  /** Destination, if not the protocol's own URL; same host, without credentials. */
  readonly url?: string;
  /** Default `POST`. */
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  /**
   * Header names in lower case. With a `content-encoding`, the body is already compressed; otherwise the sender may
   * gzip it.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty: no body is sent. */
  readonly body: string | Uint8Array;
  /** Number of samples, the unit of delivery statistics; 0 for a message without samples. */
  readonly samples: number;
}

/** Samples that a receiver rejected although it accepted the message. */
export interface Rejection {
  readonly samples: number;
  /** Human-readable; may contain secrets, which the sender masks. */
  readonly reason: string;
}

/** Messages sent after the final exposition (stale markers, group deletion). Best effort, a few seconds at most. */
interface LastWords {
  /**
   * Grace period before they are sent, in milliseconds, for receivers that others scrape; an interrupted run skips it.
   */
  readonly graceMs: number;
  /**
   * Creates the messages, with timestamps where the protocol has them. Called once, after every `encode`.
   * @param epochMs current time, milliseconds since the epoch
   */
  encode(epochMs: number): readonly PushMessage[];
}

/**
 * Protocol of one kind of receiver. A new kind is one folder with an implementation, and one line in the registry. One
 * instance per target, so it may keep state.
 */
export interface PushProtocol {
  /** Push URL, without credentials; its query may be secret. */
  readonly url: string;
  /** Whether receivers of this kind accept a gzipped body. */
  readonly takesGzip: boolean;
  /** Whether a newer exposition makes older ones worthless, because the receiver stores no timestamps. */
  readonly onlyNewest: boolean;
  /**
   * Loads the protocol's dependencies before anything is encoded.
   * @throws {LoadbotError} for permanent errors, such as a package that is not installed
   */
  prepare?(): Promise<void>;
  /** Requests of an exposition, sent in this order; each is retried on its own until it is accepted. */
  encode(exposition: Exposition): readonly PushMessage[];
  /** Splits and joins bodies; absent: not supported. */
  readonly parts?: BodyParts;
  readonly endOfRun?: LastWords;
  /**
   * Parses the body of a 2xx response; `undefined`: everything was accepted. Absent for receivers without such a body.
   */
  readonly readRejection?: (answer: Uint8Array) => Rejection | undefined;
}
