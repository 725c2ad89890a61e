import type { PushTarget } from '../../plan/push-target.ts';
import type { Exposition } from '../../metrics/family.ts';

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
 * Protocol of one kind of receiver. A new kind is one folder with an implementation, and one row in the table of push
 * protocols. One instance per target, so it may keep state.
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

/** Identity of the agent, as far as protocols need it. */
export interface PushSubject {
  /** Name of this agent. */
  readonly agent: string;
  /** Start time of every counter, milliseconds since the epoch. */
  readonly startEpochMs: number;
  /** Label `instance` of every pushed series, as a scrape would add it; `undefined`: the series have their own. */
  readonly instance: string | undefined;
}

/** Row of the table of push protocols. */
export interface PushProtocolEntry {
  /** Path of a URL that chooses the protocol unless the settings name one; absent: never chosen by a path. */
  readonly chosenBy?: RegExp;
  /** Push paths of its receivers, after any prefix and without the first slash. */
  readonly pushPath: RegExp;
  /** A receiver and its push path, for hints. */
  readonly example: { readonly receiver: string; readonly path: string };
  /** Whether `open` handles the extra labels of a target, because its receivers add them. */
  readonly addsLabels?: true;
  /** Whether messages name the agent, so that series need no label `instance`. */
  readonly identifiesAgent?: true;
  /** Whether receivers keep groups with an API to read and delete them, instead of a history to query. */
  readonly keepsGroups?: true;
  /** Loads and creates the protocol. */
  open(target: PushTarget, subject: PushSubject): Promise<PushProtocol>;
}

/** Splits and joins the bodies of a protocol. */
interface BodyParts {
  /** Splits a message into two of about half its size, to be sent in this order; empty when it cannot be split. */
  split(message: PushMessage): readonly PushMessage[];
  /**
   * Joins the bodies of messages to one URL, in this order; absent when a receiver accepts one exposition per request.
   */
  readonly join?: (bodies: readonly Uint8Array[]) => Uint8Array;
}

/**
 * Creates two messages whose samples add up to those of the original.
 * @param firstSamples samples in the first body
 */
export function splitMessage(
  message: PushMessage,
  bodies: readonly [first: string | Uint8Array, second: string | Uint8Array],
  firstSamples: number,
): readonly PushMessage[] {
  const samples = Math.min(firstSamples, message.samples);
  return [
    { ...message, body: bodies[0], samples },
    { ...message, body: bodies[1], samples: message.samples - samples },
  ];
}
