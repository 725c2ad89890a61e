import type { Clock } from '../../core/clock.ts';
import type { Send } from './attempt.ts';
import type { Batch } from './batch.ts';
import { DeliveryLoop, type DeliveryOptions } from './delivery-loop.ts';

/** What it takes to say the last words of a protocol. */
export interface FarewellOptions {
  /** What there is to say, asked for when the time has come. */
  readonly words: () => Promise<Batch>;
  /** Milliseconds to wait first. */
  readonly graceMs: number;
  readonly send: Send;
  /** Bound on one attempt. */
  readonly timeoutMs: number;
  readonly sizes: DeliveryOptions['sizes'];
  readonly clock: Clock;
  readonly random: () => number;
}

/** How long the last words may take, once it is time for them. */
const SAY_WITHIN_MS = 5_000;

/** Tells a receiver that nothing more will come. */
export class Farewell {
  readonly #options: FarewellOptions;
  #endMs = Infinity;
  #notify = (): void => {};

  constructor(options: FarewellOptions) {
    this.#options = options;
  }

  /** Waits for the grace time to pass and says it. Returns why that did not work, if it did not. Never rejects. */
  async say(): Promise<string | undefined> {
    const { clock, words, timeoutMs, sizes, random } = this.#options;
    await this.#grace();
    if (this.#timeLeftMs() <= 0) return 'there was no time';
    const batch = await words();
    if (batch.length === 0) return undefined;
    let accepted = 0;
    const send: Send = async (parcel, signal) => {
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
    loop.finish(Math.min(SAY_WITHIN_MS, this.#timeLeftMs()));
    this.#notify = () => loop.finish(this.#timeLeftMs());
    await loop.run(quiet);
    return accepted < batch.length ? loop.lastError : undefined;
  }

  /** Ends the waiting, and bounds the saying to `deadlineMs` from now. */
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
