import { Command } from 'commander';
import { expect, test } from 'vitest';
import { canonicalFlags } from '../../../src/cli/flags.ts';
import {
  addMetricsOptions,
  addPushOptions,
  type MetricsOptions,
  metricsOverrides,
} from '../../../src/cli/metrics-options.ts';

function parse(...args: string[]) {
  const command = addMetricsOptions(new Command('run'));
  return metricsOverrides(command.parse(canonicalFlags(args), { from: 'user' }).opts<MetricsOptions>());
}

test('nothing is said by default', () => {
  expect(Object.values(parse()).filter((value) => value !== undefined)).toEqual([]);
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
])('every flag works with %s', (_, spell) => {
  const args = [...ALL.flatMap(([name, value]) => [`--${spell(name)}`, value]), `--${spell('require_delivery')}`];
  expect(parse(...args, `--${spell('go_compat')}`)).toEqual({
    metricsExportUrl: ['http://a', 'http://b'],
    metricsExportProtocol: 'otlp',
    metricsExportHeaders: ['x-a: 1', 'x-b: 2, 3'],
    metricsExportIntervalSeconds: '5',
    metricsExportPort: '0',
    metricsExportHost: '0.0.0.0',
    requireDelivery: true,
    labels: ['a=b', 'c=d,e'],
    dropLabels: 'job_uuid,job_type',
    jobLabel: 'workload_job',
    goCompat: true,
  });
});

test('where nothing is run, flags that only matter there are not offered', () => {
  const longs = (command: Command): string[] => command.options.map(({ long }) => long ?? '');
  const pushed = new Set(longs(addPushOptions(new Command('doctor'))));
  expect(longs(addMetricsOptions(new Command('run'))).filter((long) => !pushed.has(long))).toEqual([
    '--metrics_export_port',
    '--metrics_export_host',
    '--require_delivery',
    '--go_compat',
    '--k6_compat',
    '--grafana_url',
    '--grafana_dashboard',
  ]);
});
