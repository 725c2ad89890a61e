import type { Comparison } from '../../comparison/compare.ts';
import { element } from '../formats/xml.ts';

/** Place of a line in its picture, in pixels. */
export interface TrendBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Runs that are drawn, the last ones. */
const MOST_POINTS = 30;

/**
 * Draws the values of the baseline's runs as a line, and the current ones as dots behind it. Classes give the colors:
 * `line`, and `dot` with the verdict. Without a series, the means of both sides are drawn.
 * @returns elements of SVG; none without values
 */
export function trendElements(comparison: Comparison, { left, top, width, height }: TrendBox): string[] {
  const { series, baseline, current, verdict } = comparison;
  const before = (series?.baseline ?? [baseline]).filter(isKnown).slice(-MOST_POINTS);
  const now = (series?.current ?? [current]).filter(isKnown).slice(-MOST_POINTS);
  const all = [...before, ...now];
  const [least, largest] = [Math.min(...all), Math.max(...all)];
  const at = (value: number, index: number): readonly [x: number, y: number] => {
    const across = all.length === 1 ? 0.5 : index / (all.length - 1);
    const up = largest === least ? 0.5 : (value - least) / (largest - least);
    return [round(left + across * width), round(top + (1 - up) * height)];
  };
  const line = before.map((value, index) => at(value, index).join(','));
  const dots = now.map((value, index) => at(value, before.length + index));
  const first = before.length === 1 ? [at(before[0] ?? 0, 0)] : [];
  return [
    ...(line.length > 1 ? [element('polyline', { class: 'line', points: line.join(' ') })] : []),
    ...first.map(([cx, cy]) => element('circle', { class: 'dot', cx, cy, r: 2 })),
    ...dots.map(([cx, cy]) => element('circle', { class: `dot ${verdict}`, cx, cy, r: 3 })),
  ];
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
