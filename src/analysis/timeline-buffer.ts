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
  /** Target rate of the schedule at the end of the interval, in requests per second; absent: no schedule. */
  readonly targetRate?: number | undefined;
}

/** Values per row. */
const WIDTH = 11;
/** Rows of one array. */
const BLOCK_ROWS = 64;

/**
 * Timeline records in arrays of 64-bit floats: 88 bytes per row, where an object per row takes 300. Each array has 64 rows:
 * one that doubles would hold up to twice the memory, and copy it. NaN stands for `undefined`.
 */
export class TimelineRows implements Iterable<TimelinePoint> {
  readonly #blocks: Float64Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push({ at, seconds, requests, errors, p50, p90, p99, max, inFlight, lagP99, targetRate }: TimelinePoint): void {
    const row = this.#length % BLOCK_ROWS;
    if (row === 0) this.#blocks.push(new Float64Array(BLOCK_ROWS * WIDTH));
    const latencies = [p50, p90, p99, max].map((value) => value ?? NaN);
    const values = [at, seconds, requests, errors, ...latencies, inFlight, lagP99 ?? NaN, targetRate ?? NaN];
    this.#blocks.at(-1)?.set(values, row * WIDTH);
    this.#length++;
  }

  /** @param row from 0 to `length - 1` */
  at(row: number): TimelinePoint {
    const block = this.#blocks[Math.floor(row / BLOCK_ROWS)];
    const start = (row % BLOCK_ROWS) * WIDTH;
    const value = (column: number): number => block?.[start + column] ?? NaN;
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
      targetRate: optional(10),
    };
  }

  *[Symbol.iterator](): Iterator<TimelinePoint> {
    for (let row = 0; row < this.#length; row++) yield this.at(row);
  }
}

const MAX_RECORDS = 3600;

/**
 * Records of a job in the order of time, one per second and at most 3600. Longer jobs are downsampled to 2 s per
 * record, then 4 s. A merged percentile is the larger of both, an upper bound of the exact one.
 */
export class TimelineBuffer {
  #rows = new TimelineRows();
  #stepSeconds = 1;

  /** Length of the next interval, in seconds. */
  get stepSeconds(): number {
    return this.#stepSeconds;
  }

  /** Grows with further records, until it is replaced by a downsampled one. */
  get rows(): TimelineRows {
    return this.#rows;
  }

  add(record: TimelinePoint): void {
    if (this.#rows.length === MAX_RECORDS) {
      this.#rows = downsampled(this.#rows);
      this.#stepSeconds *= 2;
    }
    this.#rows.push(record);
  }
}

/** Merges each two rows; their number is even. */
function downsampled(rows: TimelineRows): TimelineRows {
  const merged = new TimelineRows();
  for (let row = 0; row < rows.length; row += 2) merged.push(merge(rows.at(row), rows.at(row + 1)));
  return merged;
}

function merge(first: TimelinePoint, second: TimelinePoint): TimelinePoint {
  return {
    at: second.at,
    seconds: first.seconds + second.seconds,
    requests: first.requests + second.requests,
    errors: first.errors + second.errors,
    p50: larger(first.p50, second.p50),
    p90: larger(first.p90, second.p90),
    p99: larger(first.p99, second.p99),
    max: larger(first.max, second.max),
    inFlight: second.inFlight,
    lagP99: larger(first.lagP99, second.lagP99),
    targetRate: second.targetRate,
  };
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
