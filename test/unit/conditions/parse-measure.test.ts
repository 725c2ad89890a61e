import { describe, expect, test } from 'vitest';
import { isMeasure, parseMeasure } from '../../../src/conditions/parse-measure.ts';

describe('a measure', () => {
  test('is a statistic of the series of a selector, a comparison and a limit', () => {
    expect(parseMeasure(' max( disk{disk="a b"} )  <= 1.5GiB ')).toEqual({
      measure: {
        statistic: 'max',
        selector: {
          kind: 'selector',
          name: 'disk',
          matchers: [{ label: 'disk', matching: '=', value: 'a b' }],
        },
        comparison: '<=',
        limit: 1.5 * 2 ** 30,
        left: 'max( disk{disk="a b"} )',
        right: '1.5GiB',
      },
    });
  });

  test.each([
    ['last(m) == -1', 'last', -1],
    ['rate(m) > 10%', 'rate', 0.1],
    ['avg(m) < 200ms', 'avg', 0.2],
    ['min(m) >= 1e3', 'min', 1000],
    ['increase(m) != 0', 'increase', 0],
  ])('%s', (text, statistic, limit) => {
    expect(parseMeasure(text)).toMatchObject({ measure: { statistic, limit } });
  });

  test.each([
    ['increase(m[run]) == 0', 10, 'a range has no effect here'],
    ['max(sum(m)) < 1', 4, 'functions cannot be nested'],
    ['max(m) < 1 and max(n) < 1', 11, 'the end expected'],
    ['max(m) = 1', 7, 'a comparison is written `==`, not `=`'],
    ['max(m)', 6, 'one of == != <= >= < > is missing at the end'],
    ['max(m) < other', 9, 'a number expected'],
    ['max(m) < 5sec', 9, '`5sec` is not a number with a known unit'],
    ['max(m < 5', 6, '`)` expected'],
    ['p(m) < 5', 0, 'one of last min max avg increase rate expected'],
    ['max(m{a=~"("}) < 5', 9, 'this is not a regular expression: missing closing ): `(`'],
  ])('%s', (text, position, message) => {
    expect(parseMeasure(text)).toMatchObject({ fault: { position, message } });
  });

  test('differs from a recorded metric by its brackets', () => {
    const texts = [
      'max(m) < 1',
      'max (m{',
      ' rate(a:b',
      'max < 1s',
      'p(99) < 1s',
      'lag(50) < 1s',
      'max(5) < 1s',
      'rate > 5',
    ];
    expect(texts.map(isMeasure)).toEqual([true, true, true, false, false, false, false, false]);
  });
});
