import type { Clock } from '../shared/clock.ts';

/**
 * Returns the function for `#now`: the current time in ISO 8601, UTC, with milliseconds, such as
 * `2024-05-06T07:08:09.123Z`. Formatting costs about ten clock reads, so the text is cached until the millisecond
 * changes.
 */
export function isoNow(clock: Clock): () => string {
  let epochMs = NaN;
  let text = '';
  return () => {
    const nowMs = clock.epochMs();
    if (nowMs !== epochMs) {
      epochMs = nowMs;
      text = new Date(nowMs).toISOString();
    }
    return text;
  };
}
