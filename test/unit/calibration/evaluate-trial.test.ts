import { expect, test, describe } from 'vitest';
import { evaluateTrial, findBottleneck, findWarnings } from '../../../src/calibration/evaluate-trial.ts';
import { failure, OK, type Outcome } from '../../../src/shared/outcome.ts';
import { type ValidityFinding, noopValidity, type Validity } from '../../../src/validity/finding.ts';
import { request } from '../../snapshot-builder.ts';
import { buildPlayed } from './trial-builder.ts';

describe('evaluateTrial', () => {
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
});

describe('findBottleneck', () => {
  const of = (processSeconds: number, machineShare: number, throttled = 0) => ({
    elapsedMs: 2000,
    cpu: { processSeconds, machineShare },
    validity: { ...noopValidity, peaks: { throttled } },
  });

  test.each([
    ['one busy thread', of(1.8, 0.95), 1, 'agent'],
    ['two threads that are half busy, on a busy machine', of(1.8, 0.95), 2, 'machine'],
    ['two threads that are half busy, on an idle machine', of(1.8, 0.5), 2, 'target'],
    ['a quota', of(1, 0.5, 0.1), 1, 'machine'],
    ['a system that does not tell', of(1, NaN), 1, 'target'],
  ])('%s', (_, played, threads, limit) => {
    expect(findBottleneck(played, threads)).toBe(limit);
  });
});

describe('findWarnings', () => {
  const knee = { holds: 1000, fails: 1100 };
  const floorOf = (serviceMs: number) => buildPlayed((recorder) => request(recorder, OK, serviceMs, 0));

  test('two floors may differ by a factor of two', () => {
    expect(findWarnings([floorOf(0.1), floorOf(0.199)], knee)).toEqual([]);
    for (const floors of [
      [0.1, 0.21],
      [0.21, 0.1],
    ]) {
      expect(findWarnings(floors.map(floorOf), knee)).toEqual([
        'the same light load had a median of 100µs in one run and 210µs in the other: this machine or the network to the target is busy',
      ]);
    }
  });

  test('findings about the generator are reported once', () => {
    const finding = {
      signal: 'stolen',
      severity: 'invalid',
      job: undefined,
      value: 0.3,
      unit: 'share',
      message: 'the host gave a third of the CPU to others',
      hint: '',
      firstSeenSeconds: 1,
      lastedSeconds: 2,
      worstSeconds: 1,
      spans: [],
    } as const;
    const validity: Validity = {
      valid: false,
      findings: [finding, { ...finding, severity: 'note', message: 'no more' }],
      peaks: {},
    };
    const floor = { ...floorOf(0.1), validity };
    expect(findWarnings([floor, floor], knee)).toEqual(['the host gave a third of the CPU to others']);
  });
});
