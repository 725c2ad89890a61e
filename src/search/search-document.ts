import type { SearchResult } from './search-pace.ts';

/** Settings of a search. */
interface SearchSettings {
  readonly job: string;
  /** URL without credentials. */
  readonly target: string;
  readonly from: number;
  readonly to: number;
  readonly precision: number;
  readonly probeMs: number;
}

/** Answer and probes of a search as JSON; paces are requests per second, and null stands for none. */
export function searchDocument(
  { holds, fails, probes }: SearchResult,
  { job, target, from, to, precision, probeMs }: SearchSettings,
) {
  return {
    kind: 'loadbot_search',
    schema_version: 1,
    job,
    target,
    from,
    to,
    precision,
    probe_seconds: probeMs / 1000,
    /** Highest pace that holds. */
    pace: holds ?? null,
    /** Lowest pace above it that does not. */
    failing_pace: fails ?? null,
    probes: probes.map(({ pace, requests, errors, skipped, p50Ms, p99Ms, verdict, reason }) => ({
      pace,
      verdict,
      reason: reason ?? null,
      requests,
      errors,
      skipped,
      response_time_seconds: { p50: secondsOf(p50Ms), p99: secondsOf(p99Ms) },
    })),
  };
}

function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}
