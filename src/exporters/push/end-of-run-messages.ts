import type { Clock } from '../../shared/clock.ts';
import type { SendRequest, RequestBatch } from './attempt.ts';
import { DeliveryLoop, type DeliveryOptions } from './delivery-loop.ts';

/** Options of the end-of-run messages. */
export interface EndOfRunOptions {
  /** Creates the messages when they are due. */
  readonly createMessages: () => Promise<RequestBatch>;
  /** Grace period before they are sent, in milliseconds. */
  readonly graceMs: number;
  readonly send: SendRequest;
  /** Timeout of one attempt. */
  readonly timeoutMs: number;
  readonly sizes: DeliveryOptions['sizes'];
  readonly clock: Clock;
  readonly random: () => number;
}

/** Timeout of the messages after the grace period. */
const END_OF_RUN_TIMEOUT_MS = 5_000;

/** Sends the end-of-run messages of a protocol (stale markers, group deletion). */
export class EndOfRunMessages {
  readonly #options: EndOfRunOptions;
  #endMs = Infinity;
  #notify = (): void => {};

  constructor(options: EndOfRunOptions) {
    this.#options = options;
  }

  /** Waits for the grace period and sends the messages. Returns the reason if that failed. Never rejects. */
  async send(): Promise<string | undefined> {
    const { clock, createMessages, timeoutMs, sizes, random } = this.#options;
    await this.#grace();
    if (this.#timeLeftMs() <= 0) return 'the deadline has passed';
    const batch = await createMessages();
    if (batch.length === 0) return undefined;
    let accepted = 0;
    const send: SendRequest = async (parcel, signal) => {
      const attempt = await this.#options.send(parcel, signal);
      if (attempt.kind === 'accepted') accepted++;
      return attempt;
    };
    const quiet = (): void => {};
    const loop = new DeliveryLoop({
      send,
      capacity: 1,
      onlyNewest: false,
      timeoutMs,
      intervalMs: Infinity,
      sizes,
      clock,
      random,
      onFailing: quiet,
      onRecovered: quiet,
      onSlow: quiet,
    });
    loop.add(batch);
    loop.finish(Math.min(END_OF_RUN_TIMEOUT_MS, this.#timeLeftMs()));
    this.#notify = () => loop.finish(this.#timeLeftMs());
    await loop.run(quiet);
    return accepted < batch.length ? loop.lastError : undefined;
  }

  /** Ends the grace period, and limits the sending to `deadlineMs` from now. */
  hurry(deadlineMs: number): void {
    this.#endMs = Math.min(this.#endMs, this.#options.clock.nowMs() + deadlineMs);
    this.#notify();
  }

  #timeLeftMs(): number {
    return this.#endMs - this.#options.clock.nowMs();
  }

  async #grace(): Promise<void> {
    const { clock, graceMs } = this.#options;
    if (graceMs === 0 || this.#endMs !== Infinity) return;
    await new Promise<void>((resolve) => {
      const timer = clock.after(graceMs, resolve);
      this.#notify = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
