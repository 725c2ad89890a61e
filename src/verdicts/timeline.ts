import { pairUp } from './neighbours.ts';

/** What a job did in one interval. Times in seconds; `undefined` where nothing was recorded. */
export interface TimelineRecord {
  /** End of the interval, in seconds since the run began. */
  readonly at: number;
  /** Its length: rates are what was counted, divided by this. */
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
  /** Requests under way at its end. */
  readonly inFlight: number;
  /** Of paced jobs: the 99th percentile of how late requests were started. */
  readonly lagP99: number | undefined;
}

const MAX_RECORDS = 3600;

/**
 * A job's records in order, one a second and never more than 3600: a longer one has them for two seconds each, or four. Where
 * two become one their percentiles are the larger of both, which that of both together is never above.
 */
export class Timeline {
  #records: TimelineRecord[] = [];
  #stepSeconds = 1;

  /** How long the next interval is to be. */
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
