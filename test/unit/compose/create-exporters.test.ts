import { describe, expect, it } from 'vitest';
import { createExporters, type ExportSettings } from '../../../src/compose/create-exporters.ts';
import { openProtocol } from '../../../src/push-catalog.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { buildExposition, ExpositionSource } from '../exporters/exposition-source.ts';
import { pushTarget } from '../exporters/push-target.ts';
import { decodeWriteRequest } from '../exporters/remote-write/decode.ts';

const nothing: ExportSettings = {
  pushTargets: [],
  pullPort: undefined,
  pullHost: '127.0.0.1',
  labelRules: { added: {} },
};

async function whereOf(settings: Partial<ExportSettings>): Promise<string[]> {
  const { context } = new ExpositionSource(new VirtualClock());
  return (await createExporters({ ...nothing, ...settings }, 'a/1', context)).map(({ where }) => where);
}

describe('createExporters', () => {
  it('creates the configured exporters, including several at once', async () => {
    expect(await whereOf({})).toEqual([]);
    expect(await whereOf({ pullPort: 9095 })).toEqual(['http://127.0.0.1:9095/metrics']);
    expect(
      await whereOf({
        pullPort: 9095,
        pushTargets: [
          pushTarget('http://vm:8428?extra_label=s3cret'),
          pushTarget('http://gateway:9091/metrics/job/nightly'),
          pushTarget('http://prometheus:9090/api/v1/write'),
          pushTarget('http://collector:4318/v1/metrics'),
        ],
      }),
    ).toEqual([
      'http://127.0.0.1:9095/metrics',
      'pushed to http://vm:8428/api/v1/import/prometheus',
      'pushed to http://gateway:9091/metrics/job/nightly/agent@base64/YS8x',
      'pushed to http://prometheus:9090/api/v1/write',
      'pushed to http://collector:4318/v1/metrics',
    ]);
  });

  it('uses the configured protocol for any path', async () => {
    const pushTargets = [pushTarget('http://proxy/gw/', { protocol: 'pushgateway' })];
    expect(await whereOf({ pushTargets })).toEqual(['pushed to http://proxy/gw/metrics/job/loadbot/agent@base64/YS8x']);
  });

  describe('label instance', () => {
    const bodyOf = async (url: string, instance: string | undefined, extraLabels = {}): Promise<string> => {
      const protocol = await openProtocol(pushTarget(url, { extraLabels }), {
        agent: 'a/1',
        startEpochMs: 0,
        instance,
      });
      const body = protocol.encode(buildExposition(1, 5))[0]?.body ?? '';
      return typeof body === 'string'
        ? body
        : JSON.stringify(decodeWriteRequest(body).series.map(({ labels }) => labels));
    };

    it.each([
      ['http://vm:8428', 'requests_total{job="a",instance="a/1"} 1 5'],
      ['http://gateway:9091/metrics/job/nightly', 'instance="a/1"'],
      ['http://prometheus:9090/api/v1/write', '["instance","a/1"]'],
    ])('is the agent in pushes to %s', async (url, expected) => {
      expect(await bodyOf(url, 'a/1')).toContain(expected);
    });

    it('is not added if the user sets one for the target or for every series', async () => {
      expect(await bodyOf('http://vm:8428', 'a/1', { instance: 'mine' })).not.toContain('instance');
      expect(await bodyOf('http://vm:8428', undefined)).not.toContain('instance');
    });
  });

  it('distinguishes targets whose URLs differ only in their secrets', async () => {
    const pushTargets = ['http://vm/x?token=a', 'http://vm/x?token=b', 'http://vm/y'].map((url) => pushTarget(url));
    expect(await whereOf({ pushTargets })).toEqual([
      'pushed to http://vm/x',
      'pushed to http://vm/x#2',
      'pushed to http://vm/y',
    ]);
  });
});
