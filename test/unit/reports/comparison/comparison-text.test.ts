import { expect, test } from 'vitest';
import { concludeComparison } from '../../../../src/reports/comparison/comparison-text.ts';
import type { ComparedMetric, Comparison, ComparisonVerdict } from '../../../../src/comparison/compare.ts';

function one(job: string, metric: ComparedMetric, verdict: ComparisonVerdict, phase?: string): Comparison {
  return {
    job,
    type: 'read',
    step: undefined,
    phase,
    metric,
    baseline: 1,
    current: 2,
    baselineWithin: undefined,
    change: undefined,
    isAssumed: false,
    allowed: 0.05,
    verdict,
  };
}

test.each<[string, Comparison[]]>([
  [
    '1 of 2 jobs got worse: reads (p50, p99), reads during backup (p99)',
    [
      one('reads', 'p50', 'regression'),
      one('reads', 'p99', 'regression'),
      one('reads', 'p99', 'regression', 'backup'),
      one('writes', 'p50', 'cannot_tell'),
    ],
  ],
  ['1 of 1 job got worse: reads (rate)', [one('reads', 'rate', 'regression')]],
  [
    'no regression: none of 2 numbers is worse than allowed',
    [one('reads', 'p50', 'no_difference'), one('reads', 'p90', 'improvement')],
  ],
  [
    'no regression found, but 1 of 2 numbers undecided',
    [one('reads', 'p50', 'no_difference'), one('reads', 'p90', 'cannot_tell')],
  ],
  ['inconclusive: these runs have too little data', [one('reads', 'p50', 'cannot_tell')]],
])('%s', (conclusion, comparisons) => {
  expect(concludeComparison(comparisons)).toBe(conclusion);
});
