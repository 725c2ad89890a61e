import { expect, test } from 'vitest';
import { comparisonAnnotations } from '../../../../src/reports/comparison/comparison-text.ts';
import { renderComparisonJunit } from '../../../../src/reports/comparison/comparison-files.ts';
import type { ComparisonReport } from '../../../../src/reports/comparison/comparison.ts';
import type { Comparison } from '../../../../src/comparison/compare.ts';
import { parseXml } from '../../../xml-parser.ts';

const worse: Comparison = {
  job: 'reads, 100%: <all>',
  type: 'read',
  step: undefined,
  phase: undefined,
  metric: 'p50',
  baseline: 0.001,
  current: 0.003,
  baselineWithin: undefined,
  change: { value: 2, low: 1.8, high: 2.2 },
  allowed: 0.05,
  verdict: 'regression',
  isAssumed: false,
};
const report: ComparisonReport = {
  comparisons: [
    worse,
    { ...worse, metric: 'p90', phase: 'backup', verdict: 'improvement' },
    { ...worse, metric: 'rate', verdict: 'cannot_tell' },
    { ...worse, metric: 'error_rate', verdict: 'no_difference' },
  ],
  invalid: [],
  failing: [],
  partial: [],
  hasNoVerdict: false,
  runIds: { baseline: undefined, current: undefined },
  notes: ['a note & more'],
};

test('fails the test case of a regression, and skips numbers without a verdict', () => {
  const root = parseXml(renderComparisonJunit(report));
  expect(root.attributes).toMatchObject({ tests: '4', failures: '1', errors: '0' });
  const [suite] = root.children;
  expect(suite?.attributes).toMatchObject({ tests: '4', failures: '1', skipped: '1' });
  const [properties, ...cases] = suite?.children ?? [];
  expect(properties?.children[0]?.attributes['value']).toBe('a note & more');
  expect(
    cases.map(({ attributes, children }) => [attributes['classname'], attributes['name'], children[0]?.name]),
  ).toEqual([
    ['reads, 100%: <all>.read', 'p50', 'failure'],
    ['reads, 100%: <all> during backup.read', 'p90', undefined],
    ['reads, 100%: <all>.read', 'rate', 'skipped'],
    ['reads, 100%: <all>.read', 'error_rate', undefined],
  ]);
  expect(cases[0]?.children[0]?.attributes['message']).toBe('was 1.00ms, is 3.00ms: +200.0%, allowed 5.0%');
});

test('writes an annotation for a regression on one line, with escaped characters', () => {
  expect(comparisonAnnotations(report)).toEqual([
    '::error title=reads%2C 100%25%3A <all> (read)%3A p50 got worse::was 1.00ms, is 3.00ms: +200.0%25, allowed 5.0%25',
  ]);
});

test('writes at most ten annotations, the limit of GitHub', () => {
  const many = { ...report, comparisons: Array.from({ length: 30 }, () => worse) };
  expect(comparisonAnnotations(many)).toHaveLength(10);
});
