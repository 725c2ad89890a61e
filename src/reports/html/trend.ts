import type { Comparison } from '../../comparison/compare.ts';
import { type TrendBox, trendElements } from '../comparison/trend-line.ts';
import { Markup } from './markup.ts';

const BOX: TrendBox = { left: 2, top: 2, width: 116, height: 18 };

/** Renders the values of the runs as a small picture; `undefined` without a series. Its numbers are in the table. */
export function trendMarkup(comparison: Comparison | undefined): Markup | undefined {
  if (comparison?.series === undefined) return undefined;
  const elements = trendElements(comparison, BOX).join('');
  return new Markup(`<svg class="trend" width="120" height="22" aria-hidden="true">${elements}</svg>`);
}
