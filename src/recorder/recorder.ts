import { ABORTED, FAILURE_DETAILS, type FailureDetail, type Outcome } from '../core/outcome.ts';
import { secondsToMs } from '../core/units.ts';
import { MAX_MICROS, slotOf } from './latency-index.ts';
import {
  AT_MS,
  BUCKETS,
  DETAILS,
  EXEMPLAR_LENGTH,
  MAX_MS,
  MAX_STATUS,
  MIN_STATUS,
  OUTCOMES,
  RECEIVED_BYTES,
  SENT_BYTES,
  SEQUENCE,
  SIZES,
  SKIPPED,
  STARTED,
  SUM_MS,
  type TallyLayout,
  VALUE_MS,
} from './layout.ts';
import { SIZE_BOUNDS } from './snapshot.ts';

/** Infinity closes the list so that the search needs no end test. */
const SIZE_ENDS = Float64Array.from([...SIZE_BOUNDS, Infinity]);

/** Writes one job's numbers on one thread: no allocation, no await, no clock. */
export class Recorder {
  readonly #slots: Float64Array;
  readonly #layout: TallyLayout;
  /** Bounds in milliseconds; Infinity closes the list so that the search needs no end test. */
  readonly #boundsMs: Float64Array;
  readonly #phases: readonly Recorder[];

  /** @param phases of the system under test: one recorder each */
  constructor(memory: SharedArrayBuffer, layout: TallyLayout, phases: readonly Recorder[] = []) {
    this.#slots = new Float64Array(memory);
    this.#layout = layout;
    this.#boundsMs = Float64Array.from([...layout.bounds.map(secondsToMs), Infinity]);
    this.#phases = phases;
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

  /** Bytes of one request on the wire. */
  traffic(sentBytes: number, receivedBytes: number): void {
    this.#slots[SENT_BYTES]! += sentBytes; // fixed offsets
    this.#slots[RECEIVED_BYTES]! += receivedBytes;
    if (receivedBytes <= 0) return;
    let bucket = 0;
    while (receivedBytes > SIZE_ENDS[bucket]!) bucket++; // ends at Infinity
    this.#slots[SIZES + bucket]!++; // inside the layout
  }

  /** What a database said more exactly of a request that failed. */
  detail(detail: FailureDetail): void {
    this.#slots[DETAILS + FAILURE_DETAILS.indexOf(detail)]!++; // a closed set
  }

  /** A response with this status code was received; ignored where the job does not count them. */
  status(status: number): void {
    if (!this.#layout.withStatuses) return;
    const known = status >= MIN_STATUS && status <= MAX_STATUS;
    this.#slots[this.#layout.statuses + (known ? status : MAX_STATUS + 1) - MIN_STATUS]!++; // inside the layout
  }

  /**
   * A request is over. Durations are of requests that got their outcome, so an aborted one adds none.
   * @param serviceMs sent to done  @param responseMs intended start to done; ignored unless the job is paced
   * @param sequence the ticket's number  @param nowMs the clock's time; both are ignored unless the job is traced
   */
  finish(outcome: Outcome, serviceMs: number, responseMs: number, sequence = 0, nowMs = 0): void {
    this.#slots[OUTCOMES + outcome]!++; // outcomes are a closed set
    if (outcome === ABORTED) return;
    const { traced, paced, service, response, serviceExemplars, responseExemplars } = this.#layout;
    const bucket = this.#record(service, serviceMs);
    if (traced) this.#keepExemplar(serviceExemplars + bucket * EXEMPLAR_LENGTH, sequence, serviceMs, nowMs);
    if (!paced) return;
    const responseBucket = this.#record(response, responseMs);
    if (traced) this.#keepExemplar(responseExemplars + responseBucket * EXEMPLAR_LENGTH, sequence, responseMs, nowMs);
  }

  /**
   * The request that is over was sent while the system under test was in some phases.
   * @param phases a bit for each, the first the lowest; not 0
   */
  finishIn(phases: number, outcome: Outcome, serviceMs: number, responseMs: number): void {
    for (let phase = 0; phase < this.#phases.length; phase++) {
      if ((phases & (1 << phase)) !== 0) this.#phases[phase]!.finish(outcome, serviceMs, responseMs); // inside the list
    }
  }

  /** Returns the bucket that the duration fell into. */
  #record(at: number, durationMs: number): number {
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
    return bucket;
  }

  #keepExemplar(at: number, sequence: number, valueMs: number, nowMs: number): void {
    this.#slots[at + SEQUENCE] = sequence;
    this.#slots[at + VALUE_MS] = valueMs > 0 ? valueMs : 0;
    this.#slots[at + AT_MS] = nowMs;
  }
}
