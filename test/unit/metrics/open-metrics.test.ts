import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exposition, Family } from '../../../src/metrics/family.ts';
import { formatOpenMetrics } from '../../../src/metrics/open-metrics.ts';
import { createMetricsRegistry } from '../../../src/metrics/metrics-registry.ts';
import { formatText } from '../../../src/metrics/text.ts';
import { OK } from '../../../src/shared/outcome.ts';
import { parseExposition } from '../../exposition-parser.ts';
import { parseOpenMetrics } from '../../open-metrics-parser.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';
import { registryOptions } from '../../registry-options.ts';

function exposition(...families: Family[]): Exposition {
  return { epochMs: 1_700_000_000_123, families };
}

function single(name: string, type: Family['type'], value = 1): Family {
  return { name, type, help: 'Help.', samples: [{ suffix: '', labels: { a: 'b' }, value }] };
}

/** What `sampleOf` and promtool see: the series and their values. */
function seriesOf(
  families: readonly { readonly samples: readonly { name: string; labels: object; value: number }[] }[],
) {
  return families
    .flatMap(({ samples }) => samples)
    .map(({ name, labels, value }) => `${name} ${JSON.stringify(Object.entries(labels))} ${value}`)
    .toSorted();
}

describe('formatOpenMetrics', () => {
  it('names a counter without its suffix in the metadata, and with it in the samples', () => {
    expect(formatOpenMetrics(exposition(single('sent_bytes_total', 'counter')))).toBe(
      [
        '# TYPE sent_bytes counter',
        '# UNIT sent_bytes bytes',
        '# HELP sent_bytes Help.',
        'sent_bytes_total{a="b"} 1',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('exposes a counter with another name as unknown', () => {
    expect(formatOpenMetrics(exposition(single('requests_error', 'counter')))).toBe(
      '# TYPE requests_error unknown\n# HELP requests_error Help.\nrequests_error{a="b"} 1\n# EOF\n',
    );
  });

  it('does not rename a counter whose family would have the name of another', () => {
    const families = parseOpenMetrics(
      formatOpenMetrics(exposition(single('alloc_bytes', 'gauge'), single('alloc_bytes_total', 'counter'))),
    );
    expect(families.map(({ name, type }) => [name, type])).toEqual([
      ['alloc_bytes', 'gauge'],
      ['alloc_bytes_total', 'unknown'],
    ]);
  });

  it('recognizes info families by name', () => {
    expect(formatOpenMetrics(exposition(single('build_info', 'gauge')))).toBe(
      '# TYPE build info\n# HELP build Help.\nbuild_info{a="b"} 1\n# EOF\n',
    );
  });

  it('writes a unit only for families with one', () => {
    const units = parseOpenMetrics(
      formatOpenMetrics(
        exposition(
          single('in_flight', 'gauge'),
          single('lag_seconds', 'gauge'),
          single('cpu_seconds_total', 'counter'),
          single('memory_bytes', 'gauge'),
        ),
      ),
    ).map(({ unit }) => unit);
    expect(units).toEqual([undefined, 'seconds', 'seconds', 'bytes']);
  });

  it('writes only the end marker without families', () => {
    expect(formatOpenMetrics(exposition())).toBe('# EOF\n');
  });

  it('writes exemplars behind their buckets in seconds; the text format has none', () => {
    const exemplar = { labels: { trace_id: 'abc' }, value: 0.067, epochMs: 1_520_879_607_789.4 };
    const histogram: Family = {
      name: 'd_seconds',
      type: 'histogram',
      help: 'Durations.',
      samples: [
        { suffix: '_bucket', labels: { le: '0.1' }, value: 8, exemplar },
        { suffix: '_bucket', labels: { le: '+Inf' }, value: 9 },
        { suffix: '_sum', labels: {}, value: 0.75 },
        { suffix: '_count', labels: {}, value: 9 },
      ],
    };
    const text = formatOpenMetrics(exposition(histogram));
    expect(text).toContain('d_seconds_bucket{le="0.1"} 8 # {trace_id="abc"} 0.067 1520879607.789\n');
    expect(text).toContain('d_seconds_bucket{le="+Inf"} 9\n');
    expect(formatText(exposition(histogram), { timestamps: false })).not.toContain('trace_id');
  });

  it('is parsed back by another parser, with any labels, help and values', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\\', '"', '\n', '\r', 'n', '{', '}', ',', '=', ' ', '#', '😀') }),
    );
    fc.assert(
      fc.property(text, text, fc.double(), (label, help, value) => {
        const family: Family = {
          name: 'x_total',
          type: 'counter',
          help,
          samples: [{ suffix: '', labels: { job: label }, value }],
        };
        const [parsed] = parseOpenMetrics(formatOpenMetrics(exposition(family)));
        expect(parsed?.help).toBe(help);
        expect(parsed?.samples).toMatchObject([{ name: 'x_total', labels: { job: label }, value: value + 0 }]);
      }),
    );
  });

  it('has the series of the text format with the same spelling', async () => {
    const job = buildJob({
      name: 'a',
      paced: true,
      recordWarmUp: () => {},
      record: (recorder) => request(recorder, OK, 12.5, 3),
    });
    const registry = createMetricsRegistry(registryOptions({ goCompat: true }));
    const collected = await registry.collect([buildSnapshot([job])]);
    const inText = parseExposition(formatText(collected, { timestamps: false }));
    const inOpenMetrics = parseOpenMetrics(formatOpenMetrics(collected));
    expect(seriesOf(inOpenMetrics)).toEqual(seriesOf(inText));
    expect(inOpenMetrics.length).toBe(inText.length);
    const types = Object.fromEntries(inOpenMetrics.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      requests: 'counter',
      requests_error: 'unknown',
      requests_warm_up_errors: 'counter',
      requests_duration_seconds: 'histogram',
      job_run_duration_seconds: 'summary',
      loadbot_build: 'info',
      loadbot_run: 'info',
    });
  });
});
