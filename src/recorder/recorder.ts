import { ABORTED, type Outcome } from '../core/outcome.ts';
import { secondsToMs } from '../core/units.ts';
import { MAX_MICROS, slotOf } from './latency-index.ts';
import {
  BUCKETS,
  MAX_MS,
  OUTCOMES,
  RECEIVED_BYTES,
  SENT_BYTES,
  SKIPPED,
  STARTED,
  SUM_MS,
  type TallyLayout,
} from './layout.ts';

/** Writes one job's numbers on one thread: no allocation, no await, no clock. */
export class Recorder {
  readonly #slots: Float64Array;
  readonly #layout: TallyLayout;
  /** Bounds in milliseconds; Infinity closes the list so that the search needs no end test. */
  readonly #boundsMs: Float64Array;

  constructor(memory: SharedArrayBuffer, layout: TallyLayout) {
    this.#slots = new Float64Array(memory);
    this.#layout = layout;
    this.#boundsMs = Float64Array.from([...layout.bounds.map(secondsToMs), Infinity]);
  }

  /** A request was started. */
  start(): void {
    this.#slots[STARTED]!++; // fixed offset
  }

  /** Tickets that were due but never started. */
  skip(tickets: number): void {
    this.#slots[SKIPPED]! += tickets; // fixed offset
  }

  /** A paced request was started `lagMs` after it was meant to. */
  lag(lagMs: number): void {
    this.#record(this.#layout.lag, lagMs);
  }

  traffic(sentBytes: number, receivedBytes: number): void {
    this.#slots[SENT_BYTES]! += sentBytes; // fixed offsets
    this.#slots[RECEIVED_BYTES]! += receivedBytes;
  }

  /**
   * A request is over. Durations are of requests that got their outcome, so an aborted one adds none.
   * @param serviceMs sent to done  @param responseMs intended start to done; ignored unless the job is paced
   */
  finish(outcome: Outcome, serviceMs: number, responseMs: number): void {
    this.#slots[OUTCOMES + outcome]!++; // outcomes are a closed set
    if (outcome === ABORTED) return;
    this.#record(this.#layout.service, serviceMs);
    if (this.#layout.paced) this.#record(this.#layout.response, responseMs);
  }

  #record(at: number, durationMs: number): void {
    const slots = this.#slots;
    const bounds = this.#boundsMs;
    const ms = durationMs > 0 ? durationMs : 0; // also turns NaN into 0
    let bucket = 0;
    while (ms > bounds[bucket]!) bucket++; // ends at Infinity
    slots[at + BUCKETS + bucket]!++; // offsets come from the layout
    slots[at + SUM_MS]! += ms;
    if (ms > slots[at + MAX_MS]!) slots[at + MAX_MS] = ms;
    const micros = Math.min(Math.round(ms * 1000), MAX_MICROS);
    slots[at + this.#layout.latencyOffset + slotOf(micros)]!++;
  }
}
