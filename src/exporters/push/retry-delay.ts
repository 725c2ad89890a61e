const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Longest pause that a receiver can ask for: what it asks for beyond that is a mistake, or would lose the rest of a run. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/**
 * Milliseconds to wait before the next attempt: 1 s, doubling to 30 s, of which a random half is left out so that
 * many agents do not come back to a receiver all at once.
 * @param failures attempts that failed in a row, at least 1  @param random a number from 0 to 1
 */
export function retryDelayMs(failures: number, random: () => number): number {
  const longestMs = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return longestMs * (1 - random() / 2);
}

/**
 * Milliseconds that a `Retry-After` header asks for, from 0 to `LONGEST_RETRY_AFTER_MS`: seconds, or a date (RFC 9110,
 * 10.2.3). 0 for a header that is neither, and for a date that has passed.
 * @param date the `Date` header of the same answer, whose clock a date is compared with; empty: the answer has none
 * @param epochMs now, where the answer has no `Date`
 */
export function parseRetryAfter(header: string, date: string, epochMs: number): number {
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : undefined;
  const askedMs = seconds === undefined ? parseHttpDate(header) - (parseHttpDate(date) || epochMs) : seconds * 1000;
  return Number.isNaN(askedMs) ? 0 : Math.min(Math.max(0, askedMs), LONGEST_RETRY_AFTER_MS);
}

/** NaN for what is not an HTTP date. `Date.parse` alone takes almost anything, "-1" too. */
function parseHttpDate(text: string): number {
  return /^\s*[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
}
