import { describe, expect, it } from 'vitest';
import { prometheusText } from '../../../../src/exporters/prometheus-text/prometheus-text.ts';
import { buildExposition } from '../exposition-source.ts';

describe('prometheusText', () => {
  it.each([
    ['http://vm:8428', 'http://vm:8428/api/v1/import/prometheus'],
    ['http://vm:8428/?extra_label=a%3Db', 'http://vm:8428/api/v1/import/prometheus?extra_label=a%3Db'],
    ['http://proxy/vm/insert/0/prometheus', 'http://proxy/vm/insert/0/prometheus'],
  ])('pushes for %s to %s', (text, url) => {
    expect(prometheusText(new URL(text)).url).toBe(url);
  });

  it('passes extra labels to VictoriaMetrics in the URL, beside those of the URL', () => {
    const { url } = prometheusText(new URL('http://vm/x?extra_label=a%3Db'), { cluster: 'eu=1 & co', zone: 'ü' });
    expect(url).toBe('http://vm/x?extra_label=a%3Db&extra_label=cluster%3Deu%3D1+%26+co&extra_label=zone%3D%C3%BC');
  });

  it('encodes text with timestamps, in one message', () => {
    const protocol = prometheusText(new URL('http://vm'));
    expect(protocol.encode(buildExposition(3, 1_700_000_000_000))).toEqual([
      {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        body: [
          '# HELP requests_total Requests.',
          '# TYPE requests_total counter',
          'requests_total{job="a"} 3 1700000000000',
          'requests_total{job="b"} 3 1700000000000',
          '',
        ].join('\n'),
        samples: 2,
      },
    ]);
    expect(protocol).toMatchObject({ takesGzip: true, onlyNewest: false });
    expect(protocol.endOfRun).toBeUndefined();
  });
});
