import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Family } from '../../../../src/metrics/family.ts';
import { formatOpenMetrics } from '../../../../src/metrics/open-metrics.ts';
import { formatText } from '../../../../src/metrics/text.ts';
import { NameFilter } from '../../../../src/sources/parse/name-filter.ts';
import { type ParsedExposition, ExpositionParser } from '../../../../src/sources/parse/exposition-parser.ts';
import { SeriesCatalog } from '../../../../src/sources/parse/series-catalog.ts';

interface Options {
  readonly match?: readonly string[];
  readonly maxSeries?: number;
  readonly catalog?: SeriesCatalog;
  /** Bytes of each piece in which the document arrives. */
  readonly pieces?: number;
}

function parse(document: string | Uint8Array, options: Options = {}): ParsedExposition {
  const { match = [], maxSeries = 10_000, catalog = new SeriesCatalog(), pieces = 65_536 } = options;
  const parser = new ExpositionParser({ filter: new NameFilter(match), catalog, maxSeries });
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += pieces) parser.feed(bytes.subarray(at, at + pieces));
  return parser.end();
}

/** Values as `[name, labels, value]`. */
function valuesOf({ values }: ParsedExposition): unknown[] {
  return values.map(({ series, value }) => [series.name, series.labels, value]);
}

describe('a document', () => {
  it('in the text format is parsed', () => {
    const page = parse(
      [
        '# HELP http_requests_total Requests.',
        '# TYPE http_requests_total counter',
        'http_requests_total{method="post",code="200"} 1027 1395066363000',
        'http_requests_total { method = "post" , code = "400" , } 3',
        '',
        '# a comment',
        String.raw`escaped{path="C:\\DIR\\",error="not \"found\"\n"} 1.458255915e9`,
        'plain 12.47',
        'special{x="inf"} +Inf -3982045',
        'nothing{} NaN',
        '# TYPE rpc summary',
        'rpc{quantile="0.5"} 4773',
        'rpc_sum 1.7560473e+07\r',
        '\tindented\t-Inf\t',
      ].join('\n'),
    );
    expect(valuesOf(page)).toEqual([
      ['http_requests_total', { method: 'post', code: '200' }, 1027],
      ['http_requests_total', { method: 'post', code: '400' }, 3],
      ['escaped', { path: 'C:\\DIR\\', error: 'not "found"\n' }, 1_458_255_915],
      ['plain', {}, 12.47],
      ['special', { x: 'inf' }, Infinity],
      ['nothing', {}, Number.NaN],
      ['rpc', { quantile: '0.5' }, 4773],
      ['rpc_sum', {}, 17_560_473],
      ['indented', {}, -Infinity],
    ]);
    expect(page).toMatchObject({ goodLines: 9, badLines: 0, firstBad: [], hasEnd: false });
    expect([...page.types]).toEqual([
      ['http_requests_total', 'counter'],
      ['rpc', 'summary'],
    ]);
  });

  it('in OpenMetrics is parsed, including exemplars', () => {
    const page = parse(
      [
        '# TYPE foo histogram',
        '# UNIT foo seconds',
        '# HELP foo Something {"odd"}.',
        'foo_bucket{le="1.0"} 4 1520879607.789 # {trace_id="K} oO"} 0.67 1520879606.123',
        'foo_bucket{le="+Inf"} 8 # {} 2',
        'foo_count 8',
        '# TYPE bar stateset',
        'bar{bar="a"} 1',
        '# TYPE new_kind sparkline',
        'new_kind 1',
        '# EOF',
        '',
      ].join('\n'),
    );
    expect(valuesOf(page)).toEqual([
      ['foo_bucket', { le: '1.0' }, 4],
      ['foo_bucket', { le: '+Inf' }, 8],
      ['foo_count', {}, 8],
      ['bar', { bar: 'a' }, 1],
      ['new_kind', {}, 1],
    ]);
    expect(page).toMatchObject({ badLines: 0, hasEnd: true });
    expect(page.types.get('new_kind')).toBe('sparkline');
  });

  test.each([
    ['{a="b"} 1', 'it does not begin with a metric name'],
    ['9lives 1', 'it does not begin with a metric name'],
    ['<html>', 'it does not begin with a metric name'],
    ['a{b="c" 1', 'its labels are unterminated'],
    ['a{b="c} 1', 'its labels are unterminated'],
    ['a{b=c} 1', 'its labels are malformed'],
    ['a{b="c" d="e"} 1', 'its labels are malformed'],
    ['a{b="c",b="d"} 1', 'its labels are malformed'],
    ['a{b-c="d"} 1', 'its labels are malformed'],
    ['a', 'it has no value'],
    ['a{b="c"}', 'it has no value'],
    ['a one', 'it has no value'],
    ['a 0x10', 'it has no value'],
    ['a 1_000', 'it has no value'],
    ['a 1 soon', 'the text after the value is not a timestamp'],
    ['a 1 2 3', 'the text after the value is not a timestamp'],
    ['good 7', 'its series is a duplicate'],
  ])('is parsed without the line %s', (line, reason) => {
    const page = parse(`good 1\n${line}\nalso_good 2\n`);
    expect(valuesOf(page)).toEqual([
      ['good', {}, 1],
      ['also_good', {}, 2],
    ]);
    expect(page).toMatchObject({ goodLines: 2, badLines: 1, firstBad: [{ line: 2, text: line, reason }] });
  });

  it('reports the first of many bad lines', () => {
    const page = parse(`${'x'.repeat(500)}\n`.repeat(10));
    expect(page.badLines).toBe(10);
    expect(page.firstBad.map(({ line, text }) => [line, text.length])).toEqual([
      [1, 120],
      [2, 120],
      [3, 120],
    ]);
  });

  it('distinguishes names of which one is a prefix', () => {
    expect(valuesOf(parse('a 1\na1 2\na_b 3\na 4\na{b="c"} 5\n'))).toEqual([
      ['a', {}, 1],
      ['a1', {}, 2],
      ['a_b', {}, 3],
      ['a', { b: 'c' }, 5],
    ]);
  });

  it('keeps wanted series and counts dropped ones', () => {
    const text = 'moco_a 1\nother 2\nmoco_b{x="y"} 3\nmoco_c 4\nmy_total 5\n';
    expect(valuesOf(parse(text, { match: ['moco_*', '*_total'], maxSeries: 2 }))).toEqual([
      ['moco_a', {}, 1],
      ['moco_b', { x: 'y' }, 3],
    ]);
    const page = parse(text, { match: ['moco_*', '*_total'], maxSeries: 2 });
    expect(page).toMatchObject({ goodLines: 5, droppedSamples: 2 });
    expect(valuesOf(parse('a.b 1\naxb 2\n', { match: ['a.b'] }))).toEqual([]);
  });

  it('may contain a line that is too long, in any number of pieces', () => {
    const text = `a 1\nlong{x="${'y'.repeat(2 ** 20)}"} 2\nb 3\nc{x="${'y'.repeat(900_000)}"} 4\n`;
    for (const pieces of [1000, 65_536, 10_000_000]) {
      const page = parse(text, { pieces });
      expect(page.values.map(({ series }) => series.name)).toEqual(['a', 'b', 'c']);
      expect(page.firstBad).toMatchObject([{ line: 2, reason: 'the line is longer than 1 MiB' }]);
    }
  });

  it('reuses the objects of known series, with any order of labels', () => {
    const catalog = new SeriesCatalog();
    const [first] = parse('a{x="1",y="2"} 1\n', { catalog }).values;
    const [second] = parse('a{x="1",y="2"} 2\n', { catalog }).values;
    const [third] = parse('a{y="2",x="1"} 3\n', { catalog }).values;
    expect(second?.series).toBe(first?.series);
    expect(third?.series).toBe(first?.series);
    expect(parse('a{x="1",y="2"} 2\na{y="2",x="1"} 3\n', { catalog }).badLines).toBe(1);
    parse('b 1\n', { catalog });
    const [later] = parse('a{x="1",y="2"} 4\n', { catalog }).values;
    expect(later?.series).not.toBe(first?.series);
    expect(later?.series.key).toBe(first?.series.key);
  });

  it('cannot access object properties by its labels', () => {
    const [value] = parse('a{__proto__="x",constructor="y"} 1\n').values;
    expect(Object.entries(value?.series.labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it('is parsed the same in any pieces', () => {
    const text = '# TYPE ä gauge\na{x="ä€😀"} 1\nb{x="\\"}"} 2\r\n\nbad\nc 3';
    const whole = parse(text);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (pieces) => {
        expect(parse(text, { pieces })).toEqual(whole);
      }),
    );
    expect(whole.values.map(({ series }) => series.labels)).toEqual([{ x: 'ä€😀' }, { x: '"}' }, {}]);
  });
});

const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
const labels = fc.dictionary(label, fc.string({ unit: 'binary', maxLength: 20 }));
const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, Infinity, -Infinity, Number.NaN));
const families: fc.Arbitrary<readonly Family[]> = fc.uniqueArray(
  fc.record({
    name,
    type: fc.constantFrom('counter' as const, 'gauge' as const),
    help: fc.string(),
    samples: fc.uniqueArray(fc.record({ suffix: fc.constant(''), labels, value }), {
      maxLength: 5,
      selector: ({ labels: one }) => JSON.stringify(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    }),
  }),
  { maxLength: 6, selector: (family) => family.name },
);

describe('parses the output of the exporters', () => {
  test.each([
    [
      'the text format',
      (exposed: readonly Family[]) => formatText({ epochMs: 1, families: exposed }, { timestamps: false }),
    ],
    [
      'the text format with timestamps',
      (exposed: readonly Family[]) => formatText({ epochMs: 1.7e12, families: exposed }, { timestamps: true }),
    ],
    ['OpenMetrics', (exposed: readonly Family[]) => formatOpenMetrics({ epochMs: 1, families: exposed })],
  ])('has the values of %s', (_, format) => {
    fc.assert(
      fc.property(families, fc.integer({ min: 1, max: 200 }), (exposed, pieces) => {
        const page = parse(format(exposed), { pieces });
        expect(page.badLines).toBe(0);
        // -0 is written as 0.
        const expected = exposed.flatMap(({ name, samples }) =>
          samples.map((sample) => [name, sample.labels, sample.value === 0 ? 0 : sample.value]),
        );
        expect(valuesOf(page)).toEqual(expected);
      }),
    );
  });
});

it('parses or skips every line of any text', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        'a',
        '{',
        '}',
        '"',
        '\\',
        '=',
        ',',
        ' ',
        '\n',
        '1',
        '#',
        'NaN',
        ' 1\n',
        'b{c="d"} 2\n',
        '\r',
        'é',
      ),
    )
    .map((pieces) => Buffer.from(pieces.join('')));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), soup), fc.integer({ min: 1, max: 50 }), (bytes, pieces) => {
      const page = parse(bytes, { pieces });
      const lines = Buffer.from(bytes).toString().split('\n');
      expect(page.goodLines + page.badLines).toBeLessThanOrEqual(lines.length);
      expect(page.values.length).toBeLessThanOrEqual(page.goodLines);
      for (const { series } of page.values) expect(series.name).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
    }),
  );
});
