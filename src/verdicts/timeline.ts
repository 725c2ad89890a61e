import { pairUp } from './neighbours.ts';

/** Counts and latencies of a job in one interval. Times in seconds; `undefined` if no request was recorded. */
export interface TimelineRecord {
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

const MAX_RECORDS = 3600;

/**
 * Records of a job in the order of time, one per second and at most 3600. Longer jobs are downsampled to 2 s per
 * record, then 4 s. A merged percentile is the larger of both, an upper bound of the exact one.
 */
export class Timeline {
  #records: TimelineRecord[] = [];
  #stepSeconds = 1;

  /** Length of the next interval, in seconds. */
  get stepSeconds(): number {
    return this.#stepSeconds;
  }

  get records(): readonly TimelineRecord[] {
    return this.#records;
  }

  add(record: TimelineRecord): void {
    if (this.#records.length === MAX_RECORDS) {
      this.#records = pairUp(this.#records, merge);
      this.#stepSeconds *= 2;
    }
    this.#records.push(record);
  }
}

function merge(first: TimelineRecord, second: TimelineRecord): TimelineRecord {
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
  };
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
