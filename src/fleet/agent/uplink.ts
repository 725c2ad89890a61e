import type { Timer } from '../../shared/clock.ts';
import { decodeUpReply, type UpReply } from '../wire/messages/level.ts';
import type { MemberOptions } from '../member-options.ts';

/** Time for the answer to one attempt. */
const ANSWER_MS = 1000;
/** Pause after an attempt without an answer. */
const RETRY_MS = 200;
/** Pause after an answer that acknowledges nothing: the coordinator still waits for other agents. */
const NOT_TAKEN_MS = 1000;
/** A timer may be a little early. */
const LEAST_LEASE_CHECK_MS = 1;

interface UplinkOptions extends MemberOptions {
  readonly subject: string;
  /** Time without an acknowledged message after which the lease ends, in milliseconds. */
  readonly leaseMs: number;
  readonly onReply: (reply: UpReply) => void;
  /** Called once all queued messages are acknowledged. */
  readonly onIdle: () => void;
  /** Called once, at the end of the lease. Messages are repeated further until `close`. */
  readonly onLeaseEnded: () => void;
}

interface Queued {
  readonly seq: number;
  readonly bytes: Uint8Array;
  /** Earliest time to send it, on the clock. */
  readonly notBeforeMs: number;
}

/** Sends an agent's messages to the coordinator in order, one at a time, each repeated until it is acknowledged. */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #queue: Queued[] = [];
  #leaseTimer: Timer;
  #nextSeq = 1;
  #acknowledgedMs: number;
  #isSending = false;
  #isClosed = false;
  #delay: Timer | undefined;
  #wake: (() => void) | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#acknowledgedMs = options.clock.nowMs();
    this.#leaseTimer = this.#watchLease();
  }

  /** Whether every message was acknowledged. */
  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /**
   * Queues a message.
   * @param encode returns the message with its sequence number
   * @param delayMs earliest time to send it, from now; a later message without a delay removes it
   */
  send(encode: (seq: number) => Uint8Array, delayMs = 0): void {
    if (this.#isClosed) return;
    const seq = this.#nextSeq++;
    this.#queue.push({ seq, bytes: encode(seq), notBeforeMs: this.#options.clock.nowMs() + delayMs });
    void this.#drain();
  }

  /** Sends the queued messages without further delay. */
  hurry(): void {
    this.#delay?.cancel();
    this.#delay = undefined;
    this.#wake?.();
  }

  /** Drops all messages. */
  close(): void {
    this.#isClosed = true;
    this.#queue.length = 0;
    this.#leaseTimer.cancel();
    this.hurry();
  }

  async #drain(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let [first] = this.#queue; first !== undefined; [first] = this.#queue) {
      await this.#wait(first.notBeforeMs - this.#options.clock.nowMs());
      if (this.#isClosed) break;
      const applied = await this.#attempt(first);
      if (this.#isClosed) break;
      if (applied !== undefined && applied >= first.seq) this.#queue.shift();
      else await this.#wait(applied === undefined ? RETRY_MS : NOT_TAKEN_MS);
    }
    this.#isSending = false;
    if (!this.#isClosed) this.#options.onIdle();
  }

  /** Returns the highest sequence number that the coordinator has; `undefined`: no answer. */
  async #attempt({ bytes }: Queued): Promise<number | undefined> {
    const { bus, subject, clock, onReply } = this.#options;
    try {
      const reply = decodeUpReply(await bus.request(subject, bytes, ANSWER_MS));
      if (this.#isClosed) return undefined;
      this.#acknowledgedMs = clock.nowMs();
      onReply(reply);
      return reply.applied;
    } catch {
      // Whatever the reason: it is sent again until the end of the lease and beyond.
      return undefined;
    }
  }

  #wait(delayMs: number): Promise<void> {
    if (delayMs <= 0 || this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#delay = this.#options.clock.after(delayMs, resolve);
    });
  }

  /** Sets a timer for the end of the lease, which is set again as long as messages are acknowledged. */
  #watchLease(): Timer {
    const { clock, leaseMs, onLeaseEnded } = this.#options;
    const leftMs = this.#acknowledgedMs + leaseMs - clock.nowMs();
    return clock.after(Math.max(LEAST_LEASE_CHECK_MS, leftMs), () => {
      if (this.#isClosed) return;
      if (clock.nowMs() - this.#acknowledgedMs >= leaseMs) onLeaseEnded();
      else this.#leaseTimer = this.#watchLease();
    });
  }
}
