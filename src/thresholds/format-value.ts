import type { ThresholdUnit } from '../plan/threshold.ts';
import { formatCount, formatMs, formatRate, formatShare } from '../shared/units.ts';

/** Formats a value for display: `12.3ms`, `0.13%`, `499.8/s`. */
export function formatValue(value: number, unit: ThresholdUnit): string {
  switch (unit) {
    case 'seconds':
      return formatMs(value * 1000);
    case 'share':
      return formatShare(value, 1);
    case 'rate':
      return formatRate(value);
    case 'count':
      return formatCount(value);
    case 'number':
    default:
      return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  }
}

/** Formats a value next to the limit that it violates: with all digits if rounding would make both look equal. */
export function formatWithLimit(value: number, limit: number, unit: ThresholdUnit): string {
  const shown = formatValue(value, unit);
  if (value === limit || shown !== formatValue(limit, unit)) return shown;
  switch (unit) {
    case 'seconds':
      return `${Number((value * 1000).toPrecision(9))}ms`;
    case 'share':
      return `${Number((value * 100).toPrecision(9))}%`;
    case 'rate':
      return `${Number(value.toPrecision(9))}/s`;
    case 'count':
    case 'number':
    default:
      return String(value);
  }
}
