import { describe, expect, it } from 'vitest';
import { prometheusText } from '../../../../src/exporters/prometheus-text/prometheus-text.ts';
import { buildExposition } from '../exposition-source.ts';

describe('prometheusText', () => {
  it.each([
    ['http://vm:8428', 'http://vm:8428/api/v1/import/prometheus'],
    ['http://vm:8428/?extra_label=a%3Db', 'http://vm:8428/api/v1/import/prometheus?extra_label=a%3Db'],
    ['http://vm:8428/api/v1/import/prometheus', 'http://vm:8428/api/v1/import/prometheus'],
    ['http://proxy/team/insert', 'http://proxy/team/insert'],
  ])('%s is pushed to at %s', (given, used) => {
    expect(prometheusText(new URL(given)).url).toBe(used);
  });

  it('encodes text with timestamps', () => {
    expect(prometheusText(new URL('http://vm')).encode(buildExposition(3, 1_700_000_000_000))).toEqual({
      body: [
        '# HELP requests_total Requests.',
        '# TYPE requests_total counter',
        'requests_total{job="a"} 3 1700000000000',
        'requests_total{job="b"} 3 1700000000000',
        '',
      ].join('\n'),
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    });
  });
});
