import type { StreamPlan } from '../../plan/stream.ts';
import type { Clock } from '../../shared/clock.ts';
import type { BuiltInMetricName, JobMetric } from '../../shared/job-metric.ts';
import type { Exchange } from '../driver.ts';
import { EventStream } from './event-stream.ts';
import { FirstByteTimer } from './first-byte.ts';
import { HttpResponse } from './http-response.ts';

/** Failure of a stream whose events cannot be found. */
export const COMPRESSED_STREAM =
  'the stream is compressed (content-encoding), so that its events cannot be found: set the header accept-encoding to identity';

/** Indexes in the job of the metrics of responses; -1: not recorded. */
export interface ResponseMetrics {
  readonly firstByte: number;
  readonly firstEvent: number;
  readonly eventGap: number;
  readonly events: number;
}

/** Returns the metrics of responses in a job; `undefined`: it has none. */
export function responseMetricsOf(metrics: readonly JobMetric[]): ResponseMetrics | undefined {
  const indexOf = (name: BuiltInMetricName): number => metrics.find((metric) => metric.name === name)?.index ?? -1;
  const firstByte = indexOf('first_byte');
  // Streams have it too.
  if (firstByte === -1) return undefined;
  return {
    firstByte,
    firstEvent: indexOf('first_event'),
    eventGap: indexOf('event_gap'),
    events: indexOf('events'),
  };
}

/** Times of the responses of one session: of the first byte, and of the events of streams. */
export class ResponseTimes {
  readonly #clock: Clock;
  readonly #firstByte: FirstByteTimer;
  readonly #stream: EventStream;
  readonly #hasStreams: boolean;
  readonly #onRefused: () => void;
  /** Whether the response in flight is read as a stream. */
  #hasStream = false;
  /** Whether the stream in flight is compressed, so that its events cannot be found. */
  isRefused = false;

  /**
   * @param onLimit ends the request in flight, whose stream has reached its limit
   * @param onRefused fails the request in flight, whose stream is refused; not called while bytes are read
   */
  constructor(clock: Clock, metrics: ResponseMetrics, onLimit: () => void, onRefused: () => void) {
    this.#clock = clock;
    this.#onRefused = onRefused;
    this.#firstByte = new FirstByteTimer(metrics.firstByte);
    this.#stream = new EventStream(clock, metrics, onLimit);
    this.#hasStreams = metrics.events !== -1;
  }

  /** Events of the latest stream. */
  get eventCount(): number {
    return this.#stream.count;
  }

  /** Whether bytes of the response in flight have arrived. */
  get hasBegun(): boolean {
    return this.#firstByte.hasArrived;
  }

  /** Creates a response whose body may be read as a stream. @param statusOf returns the status of the response in flight */
  createResponse(statusOf: () => number): HttpResponse {
    const response = new HttpResponse();
    if (!this.#hasStreams) return response;
    response.onBody = (bytes, from, to) => {
      const status = statusOf();
      if (status < 200 || status >= 300) return;
      if (this.#hasStream && response.isCoded) this.#refuse();
      else this.#stream.read(bytes, from, to);
    };
    return response;
  }

  /** Refuses the response in flight, once; the request ends when the bytes that have arrived are read. */
  #refuse(): void {
    if (this.isRefused) return;
    this.isRefused = true;
    queueMicrotask(() => this.isRefused && this.#onRefused());
  }

  /** Starts a request. @param stream `undefined`: its response is not a stream */
  begin(exchange: Exchange, stream: StreamPlan | undefined): void {
    this.isRefused = false;
    this.#hasStream = stream !== undefined;
    this.#firstByte.begin();
    this.#stream.begin(exchange, stream);
  }

  /** The request follows a redirect. */
  follow(): void {
    this.#firstByte.begin();
  }

  /** Bytes of the response have arrived. */
  arrived(): void {
    const nowMs = this.#clock.nowMs();
    this.#firstByte.arrived(nowMs);
    this.#stream.arrived(nowMs);
  }

  /** Ends a request. @param isComplete whether its response has ended; otherwise it is broken off */
  end(exchange: Exchange, isComplete: boolean): void {
    if (isComplete) this.#stream.end();
    this.#stream.close();
    this.#firstByte.end(exchange);
  }

  /** Ends a request that the agent has cut off: it has no times. */
  abort(): void {
    this.#stream.close();
  }
}
