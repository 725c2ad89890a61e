import { expect, test } from 'vitest';
import { validityFamilies } from '../../../src/validity/families.ts';
import { type ValidityFinding, SIGNALS, noopValidity } from '../../../src/validity/finding.ts';
import { buildThread, buildWindow } from './windows.ts';

const FINDING: ValidityFinding = {
  signal: 'late',
  severity: 'invalid',
  job: { name: 'reads', uuid: 'uuid-of-reads' },
  value: 0.05,
  unit: 'seconds',
  message: 'late',
  hint: 'do something',
  firstSeenSeconds: 4,
  worstSeconds: 4,
  spans: [],
  lastedSeconds: 3,
};

const values = (families: ReturnType<typeof validityFamilies>, name: string): [string, number][] =>
  families
    .find((family) => family.name === name)
    ?.samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]) ?? [];

test('a run is valid without findings at first', () => {
  const families = validityFamilies('run-1', noopValidity, undefined);
  expect(values(families, 'loadbot_run_valid')).toEqual([['run-1', 1]]);
  expect(values(families, 'loadbot_run_findings')).toHaveLength(SIGNALS.length * 2);
  expect(families.map(({ name }) => name)).toEqual(['loadbot_run_valid', 'loadbot_run_findings']);
});

test('counts findings by signal and severity', () => {
  const families = validityFamilies('run-1', { valid: false, findings: [FINDING, FINDING], peaks: {} }, undefined);
  expect(values(families, 'loadbot_run_valid')).toEqual([['run-1', 0]]);
  expect(values(families, 'loadbot_run_findings').filter(([, value]) => value > 0)).toEqual([['late invalid', 2]]);
});

test('exposes the last second of each thread, and system statistics', () => {
  const threads = [buildThread({ utilization: 0.5 }), buildThread({ blocked: 0.2, cpuWait: undefined })];
  const families = validityFamilies(
    'run-1',
    noopValidity,
    buildWindow({ threads, throttled: { time: 0.3, periods: 1 } }),
  );
  const of = (name: string) => values(families, `loadbot_generator_${name}_ratio`);
  expect(of('utilization')).toEqual([
    ['0', 0.5],
    ['1', 0.2],
  ]);
  expect(of('blocked')).toEqual([
    ['0', 0],
    ['1', 0.2],
  ]);
  expect(of('cpu_wait')).toEqual([['0', 0.02]]);
  expect(of('cpu_steal')).toEqual([['', 0]]);
  expect(of('cpu_throttled')).toEqual([['', 0.3]]);
});
