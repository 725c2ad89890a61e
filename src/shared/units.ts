const UNIT_MS = { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/;

/**
 * Parses a duration such as `"200ms"`, `"1.5s"`, `"1h30m"`, `"500us"` into milliseconds; `undefined` if invalid. A
 * number without a unit is not a duration.
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

/** Converts seconds to milliseconds as decimals: 1.001 s is 1001 ms; a binary product would be slightly less. */
export function secondsToMs(seconds: number): number {
  return decimal(seconds * 1000);
}

/** Removes the binary rounding error of a product: doubles preserve decimals of up to 15 digits. */
function decimal(product: number): number {
  return Number(product.toPrecision(15));
}

/** Formats a duration with 3 digits: `850µs`, `12.3ms`, `4.21s`, `2m05s`, `3h07m`; `-` if not finite. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return '-';
  // Each limit is where rounding reaches the next unit: 999.6 ms is 1.00s, not 1000ms.
  if (ms < 0.9995) return `${Math.round(ms * 1000)}µs`;
  if (ms < 999.5) return `${significant(ms)}ms`;
  if (ms < 59_950) return `${significant(ms / 1000)}s`;
  const totalSeconds = Math.round(ms / 1000);
  if (totalSeconds < 3600) return `${Math.floor(totalSeconds / 60)}m${pad(totalSeconds % 60)}s`;
  const totalMinutes = Math.round(totalSeconds / 60);
  return `${Math.floor(totalMinutes / 60)}h${pad(totalMinutes % 60)}m`;
}

/** Formats bytes in powers of 1024: `512 B`, `1.50 KiB`, `3.20 GiB`; `-` if not finite. */
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

/** Formats an integer with grouping: `1,234,567`. */
export function formatCount(count: number): string {
  const digits = String(Math.round(count));
  // Loading the number formats of a language takes 5 ms.
  return /^-?\d+$/.test(digits) ? digits.replace(/\B(?=(?:\d{3})+$)/g, ',') : Math.round(count).toLocaleString('en-US');
}

/** Formats a count with its noun: `1 request`, `1,234 requests`. The plural must end in s. */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${Math.round(count) === 1 ? '' : 's'}`;
}

/** Formats events per second: `0.25/s`, `499.8/s`, `12,345/s`; `-` if not finite. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '-';
  if (perSecond < 9.995) return `${perSecond.toFixed(2)}/s`;
  // One decimal up to 999.9, to distinguish the target rate from the achieved rate.
  return perSecond < 999.95 ? `${perSecond.toFixed(1)}/s` : `${formatCount(perSecond)}/s`;
}

/**
 * Formats a share: `0.13%`, `100%`. A nonzero share is never shown as zero, nor an incomplete one as 100%: `<0.01%`,
 * `>99.99%`; `-` if the whole is 0.
 */
export function formatShare(part: number, whole: number): string {
  if (!(whole > 0)) return '-';
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 0.01) return '<0.01%';
  if (percent < 100 && percent > 99.99) return '>99.99%';
  return percent === 100 || percent === 0 ? `${percent}%` : `${percent.toFixed(2)}%`;
}

/** Three significant digits without an exponent. The limits are where rounding adds a fourth digit. */
function significant(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

const UNITS = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
  ['us', 1],
] as const;

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
