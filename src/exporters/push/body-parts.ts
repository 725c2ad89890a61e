import type { PushMessage } from './protocol.ts';

/** Splits and joins the bodies of a protocol. */
export interface BodyParts {
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
