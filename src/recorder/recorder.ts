import { ABORTED, FAILURE_DETAILS, type FailureDetail, type Outcome } from '../shared/outcome.ts';
import { secondsToMs } from '../shared/units.ts';
import { MAX_MICROS, slotOf } from './latency-counts.ts';
import {
  AT_MS,
  BUCKETS,
  DETAILS,
  EXEMPLAR_LENGTH,
  MAX_MS,
  MAX_STATUS,
  MIN_STATUS,
  OUTCOMES,
  SEQUENCE,
  SIZES,
  SLOT_OF,
  SUM_MS,
  type PlacedMetric,
  type TallyLayout,
  VALUE_MS,
} from './tally.ts';
import { SIZE_BOUNDS } from './snapshot.ts';

// Constants, so that the hot path looks nothing up.
const { started: STARTED, skipped: SKIPPED, sentBytes: SENT_BYTES, receivedBytes: RECEIVED_BYTES } = SLOT_OF;
const { retries: RETRIES, beforeFailures: BEFORE_FAILURES } = SLOT_OF;

/** Ends with Infinity, which terminates the search. */
const SIZE_ENDS = Float64Array.from([...SIZE_BOUNDS, Infinity]);

/** Records one job's numbers on one thread: without allocation, await or clock. */
export class Recorder {
  readonly #slots: Float64Array;
  readonly #layout: TallyLayout;
  /** Bounds in milliseconds; end with Infinity, which terminates the search. */
  readonly #boundsMs: Float64Array;
  readonly #phases: readonly Recorder[];
  /** Additional metrics by their index in the job; `undefined`: another part records it. */
  readonly #metrics: readonly (PlacedMetric | undefined)[];

  /** @param phases one recorder for each phase of the system under test */
  constructor(memory: SharedArrayBuffer, layout: TallyLayout, phases: readonly Recorder[] = []) {
    this.#slots = new Float64Array(memory);
    this.#layout = layout;
    this.#boundsMs = Float64Array.from([...layout.bounds.map(secondsToMs), Infinity]);
    this.#phases = phases;
    const metrics: (PlacedMetric | undefined)[] = [];
    for (const placed of layout.metrics) metrics[placed.metric.index] = placed;
    this.#metrics = metrics;
  }

  /** Records the start of a request. */
  start(): void {
    this.#slots[STARTED]!++; // fixed offset
  }

  /** Records tickets that came due and were never started. */
  skip(tickets: number): void {
    this.#slots[SKIPPED]! += tickets; // fixed offset
  }

  /** Records that a paced request was started `lagMs` after its intended start. */
  lag(lagMs: number): void {
    this.#record(this.#layout.lag, lagMs);
  }

  /** Records the bytes of one request on the wire. */
  traffic(sentBytes: number, receivedBytes: number): void {
    this.#slots[SENT_BYTES]! += sentBytes; // fixed offsets
    this.#slots[RECEIVED_BYTES]! += receivedBytes;
    if (receivedBytes <= 0) return;
    let bucket = 0;
    while (receivedBytes > SIZE_ENDS[bucket]!) bucket++; // ends at Infinity
    this.#slots[SIZES + bucket]!++; // inside the layout
  }

  /** Records a failure's detail from the database. */
  detail(detail: FailureDetail): void {
    this.#slots[DETAILS + FAILURE_DETAILS.indexOf(detail)]!++; // closed set
  }

  /** Records that a transaction is repeated. */
  retry(): void {
    this.#slots[RETRIES]!++; // fixed offset
  }

  /** Records that the steps before a user's iterations failed. */
  failBefore(): void {
    this.#slots[BEFORE_FAILURES]!++; // fixed offset
  }

  /** Records a failed check. @param index of the check in the layout */
  failCheck(index: number): void {
    this.#slots[this.#layout.failedChecks + index]!++; // inside the layout
  }

  /** Records the status code of a response; ignored if the job does not count them. */
  status(status: number): void {
    if (!this.#layout.withStatuses) return;
    const known = status >= MIN_STATUS && status <= MAX_STATUS;
    this.#slots[this.#layout.statuses + (known ? status : MAX_STATUS + 1) - MIN_STATUS]!++; // inside the layout
  }

  /**
   * Adds to an additional counter, or records one duration of an additional trend; ignored if another part of the job
   * records the metric.
   * @param index of the metric in the job
   * @param value whole number of at least 0 of a counter; milliseconds of a trend
   */
  record(index: number, value: number): void {
    const placed = this.#metrics[index];
    if (placed === undefined) return;
    if (placed.metric.type === 'trend') this.#record(placed.at, value);
    else this.#slots[placed.at]! += value; // inside the layout
  }

  /**
   * Records the outcome of a request. An aborted request adds no durations.
   * @param serviceMs from sending to completion
   * @param responseMs from intended start to completion; ignored unless the job is paced
   * @param sequence ticket number; ignored unless the job is traced
   * @param nowMs clock time; ignored unless the job is traced
   */
  finish(outcome: Outcome, serviceMs: number, responseMs: number, sequence = 0, nowMs = 0): void {
    this.#slots[OUTCOMES + outcome]!++; // closed set
    if (outcome === ABORTED) return;
    const { traced, paced, service, response, serviceExemplars, responseExemplars } = this.#layout;
    const bucket = this.#record(service, serviceMs);
    if (traced) this.#keepExemplar(serviceExemplars + bucket * EXEMPLAR_LENGTH, sequence, serviceMs, nowMs);
    if (!paced) return;
    const responseBucket = this.#record(response, responseMs);
    if (traced) this.#keepExemplar(responseExemplars + responseBucket * EXEMPLAR_LENGTH, sequence, responseMs, nowMs);
  }

  /**
   * Records the outcome of a request that was sent during phases of the system under test.
   * @param phases bit mask, the lowest bit is the first phase; not 0
   */
  finishIn(phases: number, outcome: Outcome, serviceMs: number, responseMs: number): void {
    for (let phase = 0; phase < this.#phases.length; phase++) {
      if ((phases & (1 << phase)) !== 0) this.#phases[phase]!.finish(outcome, serviceMs, responseMs); // inside the list
    }
  }

  /** Returns the index of the duration's bucket. */
  #record(at: number, durationMs: number): number {
    const slots = this.#slots;
    const bounds = this.#boundsMs;
    const ms = durationMs > 0 ? durationMs : 0; // also turns NaN into 0
    let bucket = 0;
    while (ms > bounds[bucket]!) bucket++; // ends at Infinity
    slots[at + BUCKETS + bucket]!++; // layout offsets
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
