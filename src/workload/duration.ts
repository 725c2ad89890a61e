const UNITS = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
  ['us', 1],
] as const;

// Fifteen digits keep every value exact and finite.
const PARTS = String.raw`(\d{1,15}(\.\d{1,9})?(us|µs|ms|s|m|h|d))+`;

/** Notation of durations: `200ms`, `1.5s`, `1h30m`. `parseDuration` also accepts blanks. */
export const DURATION = new RegExp(`^${PARTS}$`);

/** A duration above 0. */
export const POSITIVE_DURATION = new RegExp(`^(?=.*[1-9])${PARTS}$`);

/** The shortest exact text of a span, to the microsecond: `10s`, `1h30m`, `200ms`; `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  let restMicros = Math.round(ms * 1000);
  let text = '';
  for (const [unit, unitMicros] of UNITS) {
    const count = Math.floor(restMicros / unitMicros);
    if (count > 0) text += `${count}${unit}`;
    restMicros -= count * unitMicros;
  }
  return text === '' ? '0s' : text;
}
