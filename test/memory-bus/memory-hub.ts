import type { ExactClock } from './event-queue.ts';

export type MessageKind = 'publish' | 'request' | 'reply';

/** A member, as the network and its other members see it. */
export interface HubMember {
  readonly name: string;
  readonly isConnected: boolean;
  /** Its process is gone: none of its promises settles. */
  readonly isCrashed: boolean;
  /** Number of the current connection; messages for an earlier one are lost. */
  readonly connection: number;
  /** Moves the time of a message to another member behind that of the previous one. */
  inOrder(to: HubMember, dueMs: number): number;
  /** Answers a request of another member. */
  answer(to: HubMember, subject: string, data: Uint8Array, onAnswer: (data: Uint8Array) => void): void;
}

/** A subscription of a member, as the network sees it. */
export interface HubSubscription {
  readonly pattern: string;
  readonly member: HubMember;
  receive(subject: string, data: Uint8Array, respond: ((data: Uint8Array) => void) | undefined): void;
}

/** The side of the network that its members use. */
export interface Hub {
  readonly queue: ExactClock;
  readonly maxPayload: number;
  subscribe(subscription: HubSubscription): () => void;
  /** Subscriptions of connected members that match a subject. */
  route(subject: string): readonly HubSubscription[];
  /** Delivers a message after its delay, unless it is lost; twice if it is duplicated. */
  transmit(from: HubMember, to: HubMember, kind: MessageKind, deliver: () => void): void;
  /** A one-way delay, for messages between a member and the server. */
  delayMs(): number;
}
