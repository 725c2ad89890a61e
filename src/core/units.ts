const UNIT_MS = { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/;

/**
 * Milliseconds of a duration such as `"200ms"`, `"1.5s"`, `"1h30m"`, `"500us"`; `undefined` when the text is none.
 * A bare number has no unit and is therefore no duration.
 */
export function parseDuration(text: string): number | undefined {
  let rest = text.trim();
  if (rest === '') return undefined;
  let totalMs = 0;
  while (rest !== '') {
    const match = DURATION.exec(rest);
    if (match === null) return undefined;
    totalMs += decimal(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
    rest = rest.slice(match[0].length);
  }
  return Number.isFinite(totalMs) ? totalMs : undefined;
}

/** Milliseconds of seconds as people mean them: 1.001 s are 1001 ms, where a plain product is a hair below. */
export function secondsToMs(seconds: number): number {
  return decimal(seconds * 1000);
}

/** Takes off the binary rounding error of a product: every decimal of up to 15 digits survives a double. */
function decimal(product: number): number {
  return Number(product.toPrecision(15));
}

/** A span for people, to 3 digits: `850µs`, `12.3ms`, `4.21s`, `2m05s`, `3h07m`; `-` when it is not finite. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return '-';
  // Each limit is where rounding would reach the next unit: 999.6 ms is 1.00s, not 1000ms.
  if (ms < 0.9995) return `${Math.round(ms * 1000)}µs`;
  if (ms < 999.5) return `${significant(ms)}ms`;
  if (ms < 59_950) return `${significant(ms / 1000)}s`;
  const totalSeconds = Math.round(ms / 1000);
  if (totalSeconds < 3600) return `${Math.floor(totalSeconds / 60)}m${pad(totalSeconds % 60)}s`;
  const totalMinutes = Math.round(totalSeconds / 60);
  return `${Math.floor(totalMinutes / 60)}h${pad(totalMinutes % 60)}m`;
}

/** A count of bytes for people, in powers of 1024: `512 B`, `1.50 KiB`, `3.20 GiB`; `-` when it is not finite. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '-';
  if (bytes < 1023.5) return `${Math.round(bytes)} B`;
  let value = bytes / 1024;
  for (const unit of ['KiB', 'MiB', 'GiB']) {
    if (value < 1023.5) return `${significant(value)} ${unit}`;
    value /= 1024;
  }
  return `${significant(value)} TiB`;
}

/** A whole number with grouping: `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** How many of something: `1 request`, `1,234 requests`. The noun is one whose plural ends in s. */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${Math.round(count) === 1 ? '' : 's'}`;
}

/** Events per second for people: `0.25/s`, `499.8/s`, `12,345/s`; `-` when it is not finite. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '-';
  if (perSecond < 9.995) return `${perSecond.toFixed(2)}/s`;
  // One digit after the point up to 999.9: it is what tells an asked rate from an achieved one.
  return perSecond < 999.95 ? `${perSecond.toFixed(1)}/s` : `${formatCount(perSecond)}/s`;
}

/**
 * A share for people: `0.13%`, `100%`. Something is never shown as nothing, nor nearly all as all: `<0.01%`,
 * `>99.99%`; `-` without a whole.
 */
export function formatShare(part: number, whole: number): string {
  if (!(whole > 0)) return '-';
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 0.01) return '<0.01%';
  if (percent < 100 && percent > 99.99) return '>99.99%';
  return percent === 100 || percent === 0 ? `${percent}%` : `${percent.toFixed(2)}%`;
}

/** Three significant digits without an exponent. The limits are where rounding would add a fourth. */
function significant(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
