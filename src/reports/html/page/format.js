/** @import { Unit } from '../charts/chart.ts' */

/**
 * Formats a duration to 3 digits: `850µs`, `12.3ms`, `4.21s`, `2m05s`, like the rest of the report.
 * @param {number} seconds
 */
function formatSeconds(seconds) {
  const ms = seconds * 1000;
  if (ms < 0.9995) return `${Math.round(ms * 1000)}µs`;
  if (ms < 999.5) return `${threeDigits(ms)}ms`;
  if (ms < 59_950) return `${threeDigits(ms / 1000)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${twoDigits(whole % 60)}s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
}

/**
 * Formats time since the start of the run: `0:07`, `1:02:03`, and `0:07.5` for fractions.
 * @param {number} seconds
 */
export function formatElapsed(seconds) {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const start = hours > 0 ? `${hours}:${twoDigits(minutes)}` : `${minutes}`;
  return `${start}:${twoDigits(whole % 60)}${tenths % 10 === 0 ? '' : `.${tenths % 10}`}`;
}

/**
 * Formats a percentile from the number of requests per slower one: 1000 is `99.9%`.
 * @param {number} x `1 / (1 - p)`
 */
export function formatPercentile(x) {
  // One digit more than the nines, so that adjacent values differ.
  return `${Number((100 - 100 / x).toFixed(Math.max(0, Math.ceil(Math.log10(x)))))}%`;
}

/** Formats the range of a histogram's bin. @param {number} from seconds @param {number} to seconds */
export function formatBin(from, to) {
  return `${formatSeconds(from)} to ${formatSeconds(to)}`;
}

/**
 * @param {number} value
 * @param {Unit} unit
 */
export function formatValue(value, unit) {
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'rate':
      return `${formatNumber(value)}/s`;
    case 'share':
      return `${formatNumber(value * 100)}%`;
    case 'count':
    case 'number':
    default:
      return formatNumber(value);
  }
}

/**
 * Formats a value on an axis, without trailing zeros: `5ms`, not `5.00ms`.
 * @param {number} value
 * @param {Unit} unit
 */
export function formatTick(value, unit) {
  if (value === 0) return unit === 'share' ? '0%' : '0';
  if (unit === 'seconds')
    return formatSeconds(value)
      .replace(/(\.\d*?)0+(?=\D)/, '$1')
      .replace(/\.(?=\D)/, '');
  if (unit === 'share') return formatValue(value, unit);
  return Math.abs(value) < 10_000 ? formatNumber(value) : compact(value);
}

/** @param {number} value */
function formatNumber(value) {
  if (Math.abs(value) >= 1e7) return compact(value);
  return value.toLocaleString(
    'en-US',
    Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 },
  );
}

/** @param {number} value */
function compact(value) {
  return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 4 });
}

/** @param {number} value */
function threeDigits(value) {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** @param {number} value */
function twoDigits(value) {
  return String(value).padStart(2, '0');
}
