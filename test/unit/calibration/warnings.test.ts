import { expect, test } from 'vitest';
import { findWarnings } from '../../../src/calibration/warnings.ts';
import { OK } from '../../../src/shared/outcome.ts';
import type { Validity } from '../../../src/validity/finding.ts';
import { request } from '../../snapshot-builder.ts';
import { buildPlayed } from './played.ts';

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
