import { OTHER_STATUS, type StatusCounts } from '../shared/outcome.ts';
import type { JobSnapshot } from '../recorder/snapshot.ts';
import type { Sample } from './family.ts';
import type { SeriesLabels } from './series-labels.ts';

/** Status codes whose series exist with value 0 before the first request of an HTTP job. */
export const COMMON_STATUSES: readonly string[] =
  '200 201 202 204 206 301 302 304 400 401 403 404 408 409 422 429 500 502 503 504'.split(' ');
/** Maximum number of further codes with their own series; beyond it they count as `other`. */
export const MAX_LATER_STATUSES = 32;
/**
 * Milliseconds for which a new series of a further code stays at 0, so that every scraper with at most this interval
 * reads 0 before the increase.
 */
export const ZERO_FIRST_MS = 30_000;

/** Series by status code of one job. Series are only added. */
class StatusSeries {
  #codes: readonly string[];
  /** Time of the first exposition of each further code, in snapshot time. */
  readonly #laterMs = new Map<string, number>();

  constructor(expected: readonly string[]) {
    this.#codes = [...new Set([...COMMON_STATUSES, ...expected, OTHER_STATUS])];
  }

  /** @param live `false`: the job has ended, so final counts are exposed without delay */
  read(counts: StatusCounts, nowMs: number, live: boolean, series: SeriesLabels): readonly Sample[] {
    const unknown = Object.keys(counts).filter((code) => !this.#codes.includes(code));
    const added = unknown.slice(0, Math.max(0, MAX_LATER_STATUSES - this.#laterMs.size));
    if (added.length > 0) {
      for (const code of added) this.#laterMs.set(code, nowMs);
      this.#codes = [...this.#codes, ...added];
    }
    let others = counts[OTHER_STATUS] ?? 0;
    for (const code of unknown.slice(added.length)) others += counts[code] ?? 0;
    return series.each('code', this.#codes).map((labels, index) => {
      const code = this.#codes[index]!; // one for each code
      const held = live && nowMs - (this.#laterMs.get(code) ?? -Infinity) < ZERO_FIRST_MS;
      const value = code === OTHER_STATUS ? others : held ? 0 : (counts[code] ?? 0);
      return { suffix: '', labels, value };
    });
  }
}

const SERIES = new WeakMap<SeriesLabels, StatusSeries>();

/** Builds the samples of a job's responses by status code; empty if its protocol has no status codes. */
export function statusSamples(job: JobSnapshot, epochMs: number, series: SeriesLabels): readonly Sample[] {
  const { measured, expectedStatuses, endedEpochMs } = job;
  if (expectedStatuses === undefined) return [];
  const known = SERIES.get(series) ?? new StatusSeries(expectedStatuses);
  SERIES.set(series, known);
  return known.read(measured.statuses ?? {}, epochMs, endedEpochMs === undefined, series);
}
