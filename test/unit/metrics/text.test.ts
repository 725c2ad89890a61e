import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exposition, Family } from '../../../src/metrics/family.ts';
import { formatText, formatGoFloat } from '../../../src/metrics/text.ts';
import { parseExposition } from '../../exposition-parser.ts';

function exposition(...families: Family[]): Exposition {
  return { epochMs: 1_700_000_000_123, families };
}

function gauge(value: number, labels: Record<string, string> = {}, help = 'Help.'): Family {
  return { name: 'x', type: 'gauge', help, samples: [{ suffix: '', labels, value }] };
}

const lastLine = (text: string): string | undefined => text.split('\n').at(-2);

describe('formatText', () => {
  it('writes help, type and samples of every family', () => {
    const histogram: Family = {
      name: 'd_seconds',
      type: 'histogram',
      help: 'Durations.',
      samples: [
        { suffix: '_bucket', labels: { job: 'a', le: '0.5' }, value: 1 },
        { suffix: '_bucket', labels: { job: 'a', le: '+Inf' }, value: 2 },
        { suffix: '_sum', labels: { job: 'a' }, value: 0.75 },
        { suffix: '_count', labels: { job: 'a' }, value: 2 },
      ],
    };
    expect(formatText(exposition(gauge(1), histogram), { timestamps: false })).toBe(
      [
        '# HELP x Help.',
        '# TYPE x gauge',
        'x 1',
        '# HELP d_seconds Durations.',
        '# TYPE d_seconds histogram',
        'd_seconds_bucket{job="a",le="0.5"} 1',
        'd_seconds_bucket{job="a",le="+Inf"} 2',
        'd_seconds_sum{job="a"} 0.75',
        'd_seconds_count{job="a"} 2',
        '',
      ].join('\n'),
    );
  });

  it('adds the timestamp of the exposition to every sample for pushes', () => {
    expect(lastLine(formatText(exposition(gauge(1)), { timestamps: true }))).toBe('x 1 1700000000123');
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [2 ** 53, '9007199254740992'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
    [1e-7, '1e-7'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('writes %d as %s', (value, text) => {
    expect(lastLine(formatText(exposition(gauge(value)), { timestamps: false }))).toBe(`x ${text}`);
  });

  it('escapes only backslash, quote and newline in label values', () => {
    const text = formatText(exposition(gauge(1, { a: 'C:\\n "q"\nnext\r\t' })), { timestamps: false });
    expect(lastLine(text)).toBe('x{a="C:\\\\n \\"q\\"\\nnext\r\t"} 1');
  });

  it('escapes backslash and newline in help, but no quotes', () => {
    const text = formatText(exposition(gauge(1, {}, 'a "b" \\ c\nd')), { timestamps: false });
    expect(text.split('\n')[0]).toBe('# HELP x a "b" \\\\ c\\nd');
  });

  it('is parsed back by another parser, with any labels and values', () => {
    const labelValue = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\\', '"', '\n', '\r', 'n', '{', '}', ',', '=', ' ', '#', '\0', '😀') }),
    );
    fc.assert(
      fc.property(
        labelValue,
        fc.double(),
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        (label, value, help, timestamps) => {
          const text = formatText(exposition(gauge(value, { job: label, agent: 'a' }, help)), { timestamps });
          const [family] = parseExposition(text);
          expect(family?.help).toBe(help);
          expect(family?.samples).toEqual([
            {
              name: 'x',
              labels: { job: label, agent: 'a' },
              value: value === 0 ? 0 : value,
              timestampMs: timestamps ? 1_700_000_000_123 : undefined,
            },
          ]);
        },
      ),
    );
  });

  it('is valid UTF-8 once encoded, even with a lone surrogate', () => {
    const text = formatText(exposition(gauge(1, { a: 'x\ud800y' })), { timestamps: false });
    expect(Buffer.from(text).toString()).toContain('x{a="x\ufffdy"} 1');
  });
});

// The right-hand side is what strconv.FormatFloat(value, 'g', -1, 64) gives.
it.each([
  [0, '0'],
  [1, '1'],
  [10, '10'],
  [0.0005, '0.0005'],
  [0.0001, '0.0001'],
  [0.00005, '5e-05'],
  [1e-7, '1e-07'],
  [2.5, '2.5'],
  [3600, '3600'],
  [100_000, '100000'],
  [999_999.5, '999999.5'],
  [1_000_000, '1e+06'],
  [1_234_567.5, '1.2345675e+06'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [-0.25, '-0.25'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [Number.NaN, 'NaN'],
])('%d is spelled %s', (value, spelling) => {
  expect(formatGoFloat(value)).toBe(spelling);
});
