/** Counts and latencies of a job in one interval. Times in seconds; `undefined` if no request was recorded. */
export interface TimelinePoint {
  /** End of the interval, in seconds since the start of the run. */
  readonly at: number;
  /** Length of the interval in seconds; rates are counts divided by it. */
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
  /** Requests in flight at the end of the interval. */
  readonly inFlight: number;
  /** For paced jobs: 99th percentile of the start delay of requests. */
  readonly lagP99: number | undefined;
}

/** Values per row. */
const WIDTH = 10;
const INITIAL_ROWS = 64;

/**
 * Timeline records in one array of 64-bit floats: 80 bytes per row, where an object per row takes 300. NaN stands for
 * `undefined`.
 */
export class TimelineRows implements Iterable<TimelinePoint> {
  #values = new Float64Array(INITIAL_ROWS * WIDTH);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push({ at, seconds, requests, errors, p50, p90, p99, max, inFlight, lagP99 }: TimelinePoint): void {
    const start = this.#length * WIDTH;
    if (start === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    const latencies = [p50, p90, p99, max].map((value) => value ?? NaN);
    this.#values.set([at, seconds, requests, errors, ...latencies, inFlight, lagP99 ?? NaN], start);
    this.#length++;
  }

  /** @param row from 0 to `length - 1` */
  at(row: number): TimelinePoint {
    const value = (column: number): number => this.#values[row * WIDTH + column] ?? NaN;
    const optional = (column: number): number | undefined => (Number.isNaN(value(column)) ? undefined : value(column));
    return {
      at: value(0),
      seconds: value(1),
      requests: value(2),
      errors: value(3),
      p50: optional(4),
      p90: optional(5),
      p99: optional(6),
      max: optional(7),
      inFlight: value(8),
      lagP99: optional(9),
    };
  }

  *[Symbol.iterator](): Iterator<TimelinePoint> {
    for (let row = 0; row < this.#length; row++) yield this.at(row);
  }
}
