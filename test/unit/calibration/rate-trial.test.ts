import { expect, test } from 'vitest';
import { evaluateTrial } from '../../../src/calibration/rate-trial.ts';
import { failure, OK, type Outcome } from '../../../src/shared/outcome.ts';
import type { ValidityFinding } from '../../../src/validity/finding.ts';
import { request } from '../../snapshot-builder.ts';
import { buildPlayed } from './played.ts';

interface Met {
  readonly outcome?: Outcome;
  readonly lagMs?: number;
  readonly times: number;
}

const played = (met: readonly Met[], skipped = 0) =>
  buildPlayed((recorder) => {
    for (const { outcome = OK, lagMs = 0.1, times } of met) {
      for (let n = 0; n < times; n++) request(recorder, outcome, 1, lagMs);
    }
    if (skipped > 0) recorder.skip(skipped);
  });

test('a rate holds if all requests are sent on time', () => {
  expect(evaluateTrial(1000, played([{ times: 1000 }]))).toEqual({
    rate: 1000,
    achievedShare: 1,
    lagMs: expect.closeTo(0.1, 2),
    fault: undefined,
  });
});

test.each([
  ['1 % of the requests never started', played([{ times: 990 }], 10), undefined],
  ['more of them', played([{ times: 989 }], 11), '98.90% of it achieved'],
  ['as many failed', played([{ times: 989 }, { outcome: failure('timeout'), times: 11 }]), '98.90% of it achieved'],
  ['1 % late', played([{ times: 990 }, { lagMs: 50, times: 10 }]), undefined],
  ['more of them late', played([{ times: 989 }, { lagMs: 50, times: 11 }]), 'started late: p99 50.0ms'],
  ['too few to tell a p99', played([{ lagMs: 50, times: 99 }]), undefined],
  ['nothing was due', played([]), '- of it achieved'],
])('%s', (_, seen, fault) => {
  expect(evaluateTrial(1000, seen).fault).toBe(fault);
});

test('a rate that makes a run invalid does not hold', () => {
  const finding: ValidityFinding = {
    signal: 'starved',
    severity: 'invalid',
    job: undefined,
    value: 0.5,
    unit: 'share',
    message: 'a load thread had no CPU',
    hint: '',
    firstSeenSeconds: 1,
    worstSeconds: 1,
    spans: [],
    lastedSeconds: 1,
  };
  const validity = { valid: false, findings: [finding], peaks: {} };
  expect(evaluateTrial(1000, { ...played([{ times: 100 }]), validity }).fault).toBe('a load thread had no CPU');
});
