import type { PushMessage } from './protocol.ts';

/** What a protocol knows of the insides of its bodies. */
export interface BodyParts {
  /** A message as two of about half its size, to be sent in this order; empty where it cannot be divided. */
  split(message: PushMessage): readonly PushMessage[];
  /** The bodies of messages to one URL as one body, in this order; absent where a receiver takes one exposition at a time. */
  readonly join?: (bodies: readonly Uint8Array[]) => Uint8Array;
}

/** A message as two, whose samples add up to its own. @param firstSamples counted in the first body */
export function halves(
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
