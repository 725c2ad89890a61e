import { expect, test } from 'vitest';
import type { Detection } from '../../../src/validity/finding.ts';
import { ValidityFindings } from '../../../src/validity/findings.ts';

const blocked = (value: number): Detection => ({
  signal: 'blocked',
  severity: 'invalid',
  job: undefined,
  value,
  unit: 'share',
  message: 'stood still',
  hint: '',
});

/** Seconds of load, in some of which something was bad. */
function play(seconds: number, bad: readonly number[], valueOf?: (second: number) => number): ValidityFindings {
  const findings = new ValidityFindings();
  for (let second = 1; second <= seconds; second++) {
    findings.addLoad(1);
    if (bad.includes(second)) findings.add(blocked(valueOf?.(second) ?? 0.2), second, 1);
  }
  return findings;
}

test('three bad seconds invalidate a minute and five minutes, but not an hour', () => {
  const severityAfter = (seconds: number) => play(seconds, [10, 11, 12]).all[0]?.severity;
  expect([60, 300, 301, 3600].map(severityAfter)).toEqual(['invalid', 'invalid', 'note', 'note']);
});

test('a finding has its total duration, its peak and its seconds', () => {
  const [finding] = play(3600, [10, 11, 700], (second) => (second === 11 ? 0.9 : 0.2)).all;
  expect(finding).toMatchObject({
    firstSeenSeconds: 10,
    lastedSeconds: 3,
    worstSeconds: 11,
    value: 0.9,
    spans: [
      [9, 11],
      [699, 700],
    ],
  });
});

test('a finding about a whole job stays invalid for any duration', () => {
  const findings = play(3600, [10]);
  findings.add({ ...blocked(0.1), isOfWhole: true }, 3600, 0);
  expect(findings.all[0]?.severity).toBe('invalid');
});

test('a pause counts with its full length', () => {
  const findings = new ValidityFindings();
  findings.addLoad(20);
  findings.add({ ...blocked(10), seconds: 10 }, 15, 1);
  expect(findings.all[0]).toMatchObject({ severity: 'invalid', lastedSeconds: 10, spans: [[5, 15]] });
});

test('the number of spans is bounded, their sum is not', () => {
  const bad = Array.from({ length: 1000 }, (_, n) => 2 * n + 1);
  const [finding] = play(2000, bad).all;
  expect(finding?.spans).toHaveLength(200);
  expect(finding?.lastedSeconds).toBe(1000);
});
