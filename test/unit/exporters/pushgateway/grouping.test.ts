import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupUrl, parseGroupBase } from '../../../../src/exporters/pushgateway/grouping.ts';

function urlOf(pushUrl: string, agent = 'a1', more: Record<string, string> = {}): string {
  return groupUrl(parseGroupBase(new URL(pushUrl), agent), more);
}

describe('the URL of a group', () => {
  it.each([
    ['http://gw:9091', 'http://gw:9091/metrics/job/loadbot/agent/a1'],
    ['http://gw:9091/', 'http://gw:9091/metrics/job/loadbot/agent/a1'],
    ['http://gw:9091/metrics', 'http://gw:9091/metrics/job/loadbot/agent/a1'],
    ['https://proxy/gw/', 'https://proxy/gw/metrics/job/loadbot/agent/a1'],
    ['http://gw/metrics/job/nightly', 'http://gw/metrics/job/nightly/agent/a1'],
    ['http://gw/metrics/job/nightly/', 'http://gw/metrics/job/nightly/agent/a1'],
    ['http://gw/p/metrics/job/nightly/team/shop?token=x', 'http://gw/p/metrics/job/nightly/agent/a1/team/shop?token=x'],
    ['http://gw/metrics/job@base64/YS9i/agent/mine', 'http://gw/metrics/job@base64/YS9i/agent/mine'],
    ['http://gw/metrics/job/a%20b', 'http://gw/metrics/job@base64/YSBi/agent/a1'],
  ])('for %s is %s', (pushUrl, url) => {
    expect(urlOf(pushUrl)).toBe(url);
  });

  it('has the labels of one group after the common ones', () => {
    expect(urlOf('http://gw', 'a1', { job_uuid: 'u-1' })).toBe('http://gw/metrics/job/loadbot/agent/a1/job_uuid/u-1');
  });

  it.each([
    ['186.12.9.19', 'agent/186.12.9.19'],
    ['a/b', 'agent@base64/YS9i'],
    ['', 'agent@base64/='],
    ['..', 'agent@base64/Li4'],
    ['100%', 'agent@base64/MTAwJQ'],
    ['agent ü', 'agent@base64/YWdlbnQgw7w'],
  ])('has for the agent %j the path segment %s', (agent, segment) => {
    expect(urlOf('http://gw', agent)).toBe(`http://gw/metrics/job/loadbot/${segment}`);
  });

  it('can be parsed back, with any values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (agent, uuid) => {
        const url = urlOf('http://gw/x', agent, { job_uuid: uuid });
        expect(parseGroupBase(new URL(url), 'other')).toEqual({
          url: new URL('http://gw/x'),
          grouping: { job: 'loadbot', agent, job_uuid: uuid },
        });
      }),
    );
  });
});
