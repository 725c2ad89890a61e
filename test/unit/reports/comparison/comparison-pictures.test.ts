import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../../src/comparison/compare.ts';
import type { ComparisonReport } from '../../../../src/reports/comparison/comparison.ts';
import { renderComparisonSvg } from '../../../../src/reports/comparison/comparison-svg.ts';
import { trendElements } from '../../../../src/reports/comparison/trend-line.ts';
import { renderComparisonHtml } from '../../../../src/reports/html/comparison-page.ts';
import { parseXml } from '../../../xml-parser.ts';

const worse: Comparison = {
  job: 'reads <b>',
  type: 'read',
  step: undefined,
  phase: undefined,
  metric: 'p99',
  baseline: 0.002,
  current: 0.004,
  baselineWithin: undefined,
  change: { value: 1, low: 0.8, high: 1.2 },
  allowed: 0.05,
  verdict: 'regression',
  isAssumed: false,
  series: { baseline: [0.001, 0.002, 0.003], current: [0.004] },
};
const reportOf = (comparisons: readonly Comparison[], hasNoVerdict = false): ComparisonReport => ({
  comparisons,
  invalid: [],
  failing: [],
  partial: [],
  hasNoVerdict,
  runIds: { baseline: ['aaaaaaaa-1', 'bbbbbbbb-2'], current: ['cccccccc-3'] },
  notes: ['a note & more'],
});

describe('the trend of a number', () => {
  const box = { left: 0, top: 0, width: 90, height: 10 };

  test('is a line of the baseline from bottom to top, and a dot of the current run', () => {
    expect(trendElements(worse, box)).toEqual([
      '<polyline class="line" points="0,10 30,6.7 60,3.3"/>',
      '<circle class="dot regression" cx="90" cy="0" r="3"/>',
    ]);
  });

  test('has a dot for each side without a series, and a level line of equal values', () => {
    const { series: _, ...pair } = worse;
    expect(trendElements({ ...pair, current: 0.002, verdict: 'no_difference' }, box)).toEqual([
      '<circle class="dot" cx="0" cy="5" r="2"/>',
      '<circle class="dot no_difference" cx="90" cy="5" r="3"/>',
    ]);
    expect(trendElements({ ...pair, baseline: undefined, current: undefined }, box)).toEqual([]);
  });
});

describe('the picture of a comparison', () => {
  const texts = (svg: string): string[] => {
    const root = parseXml(svg);
    expect(root.name).toBe('svg');
    return root.children.filter(({ name }) => name === 'text').map(({ text }) => text);
  };

  test('has the conclusion, and a row for each number, the regressions first', () => {
    const fine: Comparison = { ...worse, metric: 'rate', verdict: 'no_difference', baseline: 100, current: 100 };
    const shown = texts(renderComparisonSvg(reportOf([fine, worse])));
    expect(shown[0]).toContain('1 of 1 job got worse: reads <b> (p99)');
    expect(shown[1]).toBe('reads <b> p99');
    expect(shown.slice(2, 5)).toEqual(['2.00ms', '4.00ms', '+100.0%']);
    expect(shown[5]).toBe('reads <b> rate');
  });

  test('stays small with many numbers', () => {
    const svg = renderComparisonSvg(reportOf(Array.from({ length: 50 }, () => worse)));
    expect(texts(svg).at(-1)).toBe('and 38 more');
    expect(Number(parseXml(svg).attributes['height'])).toBeLessThan(400);
  });

  test('has no conclusion without a verdict', () => {
    expect(texts(renderComparisonSvg(reportOf([worse], true)))[0]).toBe('no verdict: a run is not to be trusted');
  });
});

describe('the page of a comparison', () => {
  test('escapes texts, and has the sides, the verdicts, the trends and the notes', () => {
    const html = renderComparisonHtml(reportOf([worse]));
    expect(html).toContain('reads &lt;b&gt;');
    expect(html).not.toContain('reads <b>');
    expect(html).toContain('<strong>1 regression</strong>');
    expect(html).toContain('<dd>2 runs, aaaaaaaa to bbbbbbbb</dd>');
    expect(html).toContain('<dd>run cccccccc</dd>');
    expect(html).toContain('<polyline class="line"');
    expect(html).toContain('a note &amp; more');
    expect(html).not.toContain('<script');
  });

  test('has no verdict with a run that is not to be trusted', () => {
    expect(renderComparisonHtml(reportOf([worse], true))).toContain('<strong>No verdict</strong>');
  });

  test('has no table if no number can be compared', () => {
    expect(renderComparisonHtml(reportOf([worse]))).toContain('<section id="comparison">');
    expect(renderComparisonHtml(reportOf([]))).not.toContain('<table');
  });
});
