import type { ResultJob, ResultTimeline } from '../../document/result-document.ts';

/** Minimum number of points for a meaningful line. */
const MIN_POINTS = 3;
/** An interval below this share of the usual length is partial. */
const FULL = 0.75;

/**
 * Timeline of a job to draw; `undefined` if it is too short for a line. A partial interval at the end would look like a
 * collapse of the load: its counts are added to the interval before it, whose percentiles stay.
 */
export function timelineOf({ timeline }: ResultJob): ResultTimeline | undefined {
  const drawn = hasPartialEnd(timeline) ? withoutPartialEnd(timeline) : timeline;
  return drawn.at_seconds.length >= MIN_POINTS ? drawn : undefined;
}

/** Whether a job has a timeline to draw: without computing it, for long timelines. */
export function isFollowed({ timeline }: ResultJob): boolean {
  const { length } = timeline.at_seconds;
  return length > MIN_POINTS || (length === MIN_POINTS && !hasPartialEnd(timeline));
}

/** Requests per second in each interval. */
export function perSecond({ requests, seconds }: ResultTimeline): readonly (number | null)[] {
  return requests.map((count, at) => quotient(count, seconds[at] ?? null));
}

/** Divides where both numbers are known and the divisor is above 0. */
export function quotient(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}

function hasPartialEnd({ seconds }: ResultTimeline): boolean {
  const sorted = seconds.map((length) => length ?? 0).toSorted((a, b) => a - b);
  return (seconds.at(-1) ?? 0) < FULL * (sorted[Math.floor(sorted.length / 2)] ?? 0);
}

function withoutPartialEnd(timeline: ResultTimeline): ResultTimeline {
  const merged = (column: readonly (number | null)[], merge: (last: number, partial: number) => number) => {
    const [last = null, partial = null] = column.slice(-2);
    const both = last === null || partial === null ? (last ?? partial) : merge(last, partial);
    return [...column.slice(0, -2), both];
  };
  const sum = (last: number, partial: number): number => last + partial;
  const { at_seconds: ats, seconds, requests, errors, max_seconds: max, ...others } = timeline;
  const cut = Object.entries(others).map(([name, column]) => [name, column.slice(0, -1)] as const);
  return {
    // Its values are columns of the same names.
    ...(Object.fromEntries(cut) as typeof others),
    at_seconds: merged(ats, (_, end) => end),
    seconds: merged(seconds, sum),
    requests: merged(requests, sum),
    errors: merged(errors, sum),
    max_seconds: merged(max, Math.max),
  };
}
