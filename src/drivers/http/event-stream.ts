import type { Clock, Timer } from '../../shared/clock.ts';
import type { StreamPlan } from '../../plan/stream.ts';
import type { Exchange } from '../driver.ts';
import { type EventParser, LineParser, SseParser } from './event-parser.ts';

/** Indexes of the metrics of streams in a job. */
interface StreamMetrics {
  readonly events: number;
  readonly firstEvent: number;
  readonly eventGap: number;
}

/**
 * Events of a session's responses: counts them, and records the time to the first one and the gaps between them, at the
 * arrival of their last byte.
 */
export class EventStream {
  readonly #clock: Clock;
  readonly #metrics: StreamMetrics;
  readonly #onLimit: () => void;
  readonly #parsers: Readonly<Record<StreamPlan['format'], EventParser>> = {
    sse: new SseParser(),
    ndjson: new LineParser(),
  };
  #parser: EventParser = this.#parsers.sse;
  #maxEvents = Infinity;
  #exchange: Exchange | undefined;
  #timer: Timer | undefined;
  #arrivedMs = 0;
  #lastMs = 0;
  /** Events of the response so far. */
  count = 0;

  /** @param onLimit ends the request, which has its last event or its longest duration; not called while bytes are read */
  constructor(clock: Clock, metrics: StreamMetrics, onLimit: () => void) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.#onLimit = onLimit;
  }

  /** Starts a request. @param plan `undefined`: its response is not a stream */
  begin(exchange: Exchange, plan: StreamPlan | undefined): void {
    this.close();
    this.count = 0;
    if (plan === undefined) return;
    this.#exchange = exchange;
    this.#maxEvents = plan.maxEvents;
    this.#parser = this.#parsers[plan.format];
    this.#parser.begin();
    if (plan.maxMs !== Infinity) this.#timer = this.#clock.after(plan.maxMs, this.#onLimit);
  }

  /** Bytes have arrived, which `read` gets next. */
  arrived(nowMs: number): void {
    this.#arrivedMs = nowMs;
  }

  /** Reads a part of the body of a successful response. */
  read(bytes: Uint8Array, from: number, to: number): void {
    if (this.#exchange !== undefined) this.#add(this.#parser.read(bytes, from, to));
  }

  /** Ends the body at its last byte. */
  end(): void {
    if (this.#exchange !== undefined) this.#add(this.#parser.end());
    this.close();
  }

  /** Ends the request. */
  close(): void {
    this.#exchange = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #add(events: number): void {
    const exchange = this.#exchange;
    // Events beyond the limit that arrive with the last one belong to a request that has ended.
    const added = Math.min(events, this.#maxEvents - this.count);
    if (exchange === undefined || added <= 0) return;
    const { events: counter, firstEvent, eventGap } = this.#metrics;
    exchange.record(counter, added);
    for (let event = 0; event < added; event++) {
      if (this.count++ === 0) exchange.record(firstEvent, this.#arrivedMs - exchange.sentMs);
      else exchange.record(eventGap, this.#arrivedMs - this.#lastMs);
      this.#lastMs = this.#arrivedMs;
    }
    if (this.count >= this.#maxEvents) queueMicrotask(() => this.#exchange === exchange && this.#onLimit());
  }
}
