import { type TimelinePoint, TimelineRows } from './timeline-rows.ts';

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
  };
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
