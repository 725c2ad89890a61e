import { Command } from 'commander';
import { expect, test } from 'vitest';
import { canonicalFlags } from '../../../src/cli/arguments.ts';
import { addPlanOptions } from '../../../src/cli/plan-options.ts';
import { FLAGS, METRICS_FLAGS } from '../../../src/workload/flags.ts';

function parse(...args: string[]) {
  const program = new Command();
  const command = addPlanOptions(program.command('run'), FLAGS).action(() => {});
  program.parse(['run', ...canonicalFlags(args, program)], { from: 'user' });
  return command.opts();
}

test('sets no flag that is not given', () => {
  expect(parse()).toEqual({});
});

const ALL = [
  ['metrics_export_url', 'http://a'],
  ['metrics_export_url', 'http://b'],
  ['metrics_export_protocol', 'otlp'],
  ['metrics_export_header', 'x-a: 1'],
  ['metrics_export_header', 'x-b: 2, 3'],
  ['metrics_export_interval_seconds', '5'],
  ['metrics_export_port', '0'],
  ['metrics_export_host', '0.0.0.0'],
  ['label', 'a=b'],
  ['label', 'c=d,e'],
  ['drop_labels', 'job_uuid,job_type'],
  ['job_label', 'workload_job'],
] as const;

test.each([
  ['underscores', (name: string) => name],
  ['dashes', (name: string) => name.replaceAll('_', '-')],
])('every flag works with %s, and has its name in the table', (_, spell) => {
  const args = [...ALL.flatMap(([name, value]) => [`--${spell(name)}`, value]), `--${spell('require_delivery')}`];
  expect(parse(...args, `--${spell('go_compat')}`)).toEqual({
    metrics_export_url: ['http://a', 'http://b'],
    metrics_export_protocol: 'otlp',
    metrics_export_header: ['x-a: 1', 'x-b: 2, 3'],
    metrics_export_interval_seconds: '5',
    metrics_export_port: '0',
    metrics_export_host: '0.0.0.0',
    require_delivery: true,
    label: ['a=b', 'c=d,e'],
    drop_labels: 'job_uuid,job_type',
    job_label: 'workload_job',
    go_compat: true,
  });
});

test('a command without load does not have the flags about load', () => {
  const longs = (name: string): string[] =>
    addPlanOptions(new Command(name), METRICS_FLAGS).options.map(({ long }) => long ?? '');
  const pushed = new Set(longs('doctor'));
  expect(longs('run').filter((long) => !pushed.has(long))).toEqual([
    '--metrics_export_port',
    '--metrics_export_host',
    '--require_delivery',
    '--go_compat',
    '--k6_compat',
    '--grafana_url',
    '--grafana_dashboard',
  ]);
});

test('a command may describe a flag in its own words', () => {
  const command = addPlanOptions(new Command('run'), FLAGS, { seed: 'any number' });
  expect(command.options.find(({ long }) => long === '--seed')?.description).toBe('any number');
});
