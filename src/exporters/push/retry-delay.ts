const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

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
 * Milliseconds that a `Retry-After` header asks for: seconds, or a date (RFC 9110, 10.2.3). 0 when there is none, it
 * says neither, or the date has passed.
 */
export function parseRetryAfter(header: string, epochMs: number): number {
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  // Date.parse takes almost anything, "-1" too: an HTTP date begins with the name of its day.
  const dateMs = /^\s*[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(dateMs) ? 0 : Math.max(0, dateMs - epochMs);
}
