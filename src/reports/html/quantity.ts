import { formatCount, formatMs, formatRate } from '../../shared/units.ts';
import { minimumSamples } from '../../analysis/percentile-interval.ts';
import { markup, type Markup } from './markup.ts';

/** Renders a formatted number with its exact value as an attribute, for copying and parsing. */
export function quantity(value: number | null, format: (value: number) => string): Markup {
  if (value === null) return markup`–`;
  return markup`<data value="${value}">${format(value)}</data>`;
}

export function count(value: number | null): Markup {
  return quantity(value, formatCount);
}

export function rate(value: number | null): Markup {
  return quantity(value, formatRate);
}

export function duration(seconds: number | null): Markup {
  return quantity(seconds, (value) => formatMs(value * 1000));
}

/** Renders a percentile of `samples` durations; a dash with an explanation if there are too few. */
export function percentile(seconds: number | null, percent: number, samples: number): Markup {
  const needed = minimumSamples(percent);
  if (samples >= needed) return duration(seconds);
  return markup`<span title="not determinable from ${formatCount(samples)} samples: at least ${formatCount(needed)} needed">–</span>`;
}
