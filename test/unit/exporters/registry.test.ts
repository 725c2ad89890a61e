import { describe, expect, it } from 'vitest';
import { createExporters, type ExportSettings } from '../../../src/exporters/registry.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { ExpositionSource } from './exposition-source.ts';

const nothing: ExportSettings = {
  pushUrl: undefined,
  pushIntervalMs: 10_000,
  pullPort: undefined,
  pullHost: '127.0.0.1',
};

function whereOf(settings: Partial<ExportSettings>): string[] {
  const { context } = new ExpositionSource(new VirtualClock());
  return createExporters({ ...nothing, ...settings }, context).map(({ where }) => where);
}

describe('createExporters', () => {
  it('makes what the settings ask for, both at once where they do', () => {
    expect(whereOf({})).toEqual([]);
    expect(whereOf({ pullPort: 9095 })).toEqual(['http://127.0.0.1:9095/metrics']);
    expect(whereOf({ pullPort: 9095, pushUrl: 'http://anna:s3cret@vm:8428' })).toEqual([
      'http://127.0.0.1:9095/metrics',
      'pushed to http://vm:8428/api/v1/import/prometheus',
    ]);
  });

  it.each([
    ['http://gateway:9091/metrics/job/loadbot/agent/a', 'Pushgateway'],
    ['http://prometheus:9090/api/v1/write', 'remote write'],
    ['http://anna:s3cret@mimir/api/v1/push', 'remote write'],
    ['http://collector:4318/v1/metrics', 'OTLP'],
  ])('says that %s is of a protocol it does not speak', (pushUrl, protocol) => {
    expect(() => whereOf({ pushUrl })).toThrow(`: ${protocol} is not spoken`);
    expect(() => whereOf({ pushUrl })).not.toThrow(/s3cret/);
  });

  it('refuses what is no URL', () => {
    expect(() => whereOf({ pushUrl: 'vm:8428' })).toThrow(/not an http\(s\) URL/);
  });
});
