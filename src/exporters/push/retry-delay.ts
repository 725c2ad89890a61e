const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Maximum `Retry-After`, in milliseconds: a longer one is a mistake, or would lose the rest of a run. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/**
 * Milliseconds to wait before the next attempt: 1 s, doubling to 30 s, minus a random part of up to half, so that many
 * agents do not retry at once.
 * @param failures consecutive failed attempts, at least 1
 * @param random a number from 0 to 1
 */
export function retryDelayMs(failures: number, random: () => number): number {
  const longestMs = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return longestMs * (1 - random() / 2);
}

/**
 * Parses a `Retry-After` header into milliseconds, from 0 to `LONGEST_RETRY_AFTER_MS`: seconds, or a date (RFC 9110,
 * 10.2.3). 0 for a malformed header and for a date in the past.
 * @param date the `Date` header of the same response, the clock that a date is compared with; empty: absent
 * @param epochMs current time, used when the response has no `Date`
 */
export function parseRetryAfter(header: string, date: string, epochMs: number): number {
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : undefined;
  const askedMs = seconds === undefined ? parseHttpDate(header) - (parseHttpDate(date) || epochMs) : seconds * 1000;
  return Number.isNaN(askedMs) ? 0 : Math.min(Math.max(0, askedMs), LONGEST_RETRY_AFTER_MS);
}

/** Parses an HTTP date; NaN when malformed. `Date.parse` alone accepts almost anything, such as "-1". */
function parseHttpDate(text: string): number {
  return /^\s*[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
}
