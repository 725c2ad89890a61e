import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { SourceCondition } from '../../../src/conditions/condition.ts';
import { parseCondition } from '../../../src/conditions/parse.ts';
import { ofSource, rangesOf, selectorsOf } from '../../../src/conditions/selectors.ts';
import { problemsOf } from '../workload/loading.ts';

function read(text: string): SourceCondition {
  const parsed = parseCondition(text);
  if ('fault' in parsed) throw new Error(`${parsed.fault.message} at ${parsed.fault.position}`);
  return parsed.condition;
}

function selector(name: string, ...matchers: (readonly [string, string, string])[]) {
  return {
    kind: 'selector',
    name,
    matchers: matchers.map(([label, matching, value]) => ({ label, matching, value })),
  };
}

const one = { kind: 'number', value: 1 };

describe('a condition', () => {
  it('compares a metric with a number', () => {
    const compared = { kind: 'compare', comparison: '==', left: selector('up'), right: one };
    expect(read('up == 1')).toEqual(compared);
    expect(read(' (up)==(1) ')).toEqual(compared);
    expect(read('1 != up')).toEqual({ kind: 'compare', comparison: '!=', left: one, right: selector('up') });
  });

  test.each(['==', '!=', '<', '<=', '>', '>='])('supports %s', (comparison) => {
    expect(read(`a ${comparison} 1`)).toMatchObject({ comparison });
  });

  it('selects by labels', () => {
    expect(read(`m{a="x", b!='y',c=~"z.*",d!~"\\\\d+",} == 1`)).toMatchObject({
      left: selector('m', ['a', '=', 'x'], ['b', '!=', 'y'], ['c', '=~', 'z.*'], ['d', '!~', String.raw`\d+`]),
    });
    expect(read(String.raw`m{a="say \"hi\"\n", b=~"\d"} == 1`)).toMatchObject({
      left: selector('m', ['a', '=', 'say "hi"\n'], ['b', '=~', String.raw`\d`]),
    });
    expect(read('m{} == 1')).toMatchObject({ left: selector('m') });
  });

  it('gives not precedence over and, and and over or', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => read(`${name} == 1`));
    expect(read('a == 1 or b == 1 and not c == 1')).toEqual({
      kind: 'or',
      left: a,
      right: { kind: 'and', left: b, right: { kind: 'not', condition: c } },
    });
    expect(read('(a == 1 or b == 1) and c == 1')).toEqual({
      kind: 'and',
      left: { kind: 'or', left: a, right: b },
      right: c,
    });
    expect(read('a == 1 and b == 1 and c == 1')).toMatchObject({ left: { kind: 'and' }, right: c });
    expect(read('not not a == 1')).toMatchObject({ kind: 'not', condition: { kind: 'not' } });
  });

  it('supports functions of series and of time', () => {
    expect(read('increase(m{a="x"}[1h30m]) > 0')).toMatchObject({
      left: {
        kind: 'increase',
        range: { kind: 'range', selector: selector('m', ['a', '=', 'x']), windowMs: 5_400_000 },
      },
    });
    expect(read('rate(m[run]) > 0')).toMatchObject({ left: { kind: 'rate', range: { windowMs: Infinity } } });
    for (const aggregation of ['sum', 'min', 'max', 'count']) {
      expect(read(`${aggregation}(m) > 0`)).toMatchObject({
        left: { kind: 'aggregate', aggregation, of: selector('m') },
      });
      expect(read(`${aggregation}(rate(m[1s])) > 0`)).toMatchObject({ left: { of: { kind: 'rate' } } });
    }
    expect(read('max(m[30s]) > min(m[30s])')).toMatchObject({ left: { of: { kind: 'range', windowMs: 30_000 } } });
    expect(read('absent(m{a="x"})')).toEqual({ kind: 'absent', selector: selector('m', ['a', '=', 'x']) });
    expect(read('sum(a) > sum(b)')).toMatchObject({ comparison: '>' });
  });

  it('accepts keywords as metric names without a bracket', () => {
    expect(read('rate > 1 or absent > 1 or sum{a="b"} > 1')).toMatchObject({
      left: { left: { left: selector('rate') } },
    });
  });

  test.each([
    ['1', 1],
    ['-1.5', -1.5],
    ['+2', 2],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1.5e-3', 0.0015],
    ['200ms', 0.2],
    ['1h30m', 5400],
    ['-5s', -5],
    ['10%', 0.1],
    ['2KB', 2000],
    ['1.5MiB', 1_572_864],
    ['3GB', 3e9],
  ])('reads %s', (text, value) => {
    expect(read(`m > ${text}`)).toMatchObject({ right: { kind: 'number', value } });
  });

  test.each([
    ['', 0, 'a metric, a number or a function is missing at the end'],
    ['up', 0, 'a value is not a condition'],
    ['5', 0, 'a value is not a condition'],
    ['a == 1 or sum(b)', 10, 'a value is not a condition'],
    ['up = 1', 3, 'a comparison is written `==`, not `=`'],
    ['up == 1 && down == 1', 8, 'write `and` for `&&`'],
    ['!(up == 1)', 0, 'write `not` for `!`'],
    ['up == 1 == 2', 8, '`and`, `or` or the end expected'],
    ['(up == 1) == 1', 0, 'a condition cannot be compared'],
    ['up == ', 6, 'a metric, a number or a function is missing at the end'],
    ['(up == 1', 8, '`)` is missing at the end'],
    ['a == b', 2, 'a set of series cannot be compared with another set'],
    ['1 == 1', 2, 'a comparison of two numbers is constant'],
    ['increas(m[5s]) > 1', 0, '`increas` is not a known function'],
    ['increase(m) > 1', 9, 'increase needs a range'],
    ['increase(m[5]) > 1', 11, 'a range is written [30s], [5m], or [run] for the whole run'],
    ['increase(m[0s]) > 1', 11, 'a range is written [30s], [5m], or [run] for the whole run'],
    ['sum(m[5s]) > 1', 4, 'sum applies to current values, not to a range'],
    ['m > 5 parsecs', 6, '`and`, `or` or the end expected'],
    ['m > 5parsecs', 4, '`5parsecs` is not a number with a known unit'],
    ['m > 5constructor', 4, '`5constructor` is not a number with a known unit'],
    ['m{a} > 1', 3, 'one of = != =~ !~ expected'],
    ['m{a=x} > 1', 4, 'a quoted value expected'],
    ['m{a="x > 1', 4, 'the closing quote is missing'],
    ['m{a=~"("} > 1', 5, 'this is not a regular expression: missing closing ): `(`'],
    ['m{a!~"(?!b)"} > 1', 5, 'this is not a regular expression: invalid or unsupported Perl syntax: `(?!`'],
    [String.raw`m{a=~"(b)\\1"} > 1`, 5, 'this is not a regular expression: invalid escape sequence: `\\1`'],
    [`m{a=~"${'b'.repeat(1001)}"} > 1`, 5, 'this regular expression is too large'],
    ['m{a=~"b{1000}c{1000}"} > 1', 5, 'this regular expression is too large'],
    [`a == 1${' and a == 1'.repeat(100)}`, 1100, 'a condition has at most 100 comparisons'],
    [`absent(a)${' or absent(a)'.repeat(100)}`, 1300, 'a condition has at most 100 comparisons'],
    [`a == 1${' and a == 1'.repeat(5000)}`, 55_006, 'it is longer than 10000 characters'],
    ['m{"a"="b"} > 1', 2, 'a label name expected'],
    ['m > 1 $', 6, '`and`, `or` or the end expected'],
    ['absent(1)', 7, 'a metric name expected'],
    ['not', 3, 'a metric, a number or a function is missing at the end'],
    [`${'('.repeat(60)}up`, 51, 'brackets or `not` are nested too deeply'],
  ])('refuses %s: at %i, %s', (text, position, message) => {
    expect(parseCondition(text)).toMatchObject({ fault: { position, message } });
  });

  it('parses or refuses any text', () => {
    const piece = fc.constantFrom(
      'a',
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      '==',
      '<',
      '"',
      '1',
      '5s',
      ' ',
      'not ',
      'and ',
      ',',
      '=',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          const parsed = parseCondition(text);
          if ('fault' in parsed) {
            expect(parsed.fault.position).toBeGreaterThanOrEqual(0);
            expect(parsed.fault.position).toBeLessThanOrEqual(text.length);
          }
        },
      ),
    );
  });
});

describe('parts of a condition', () => {
  const condition = read('not (max(a[5s]) > 1) and (absent(b) or rate(c[run]) > sum(d))');

  it('lists selectors and spans of time', () => {
    expect(selectorsOf(condition).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(rangesOf(condition).map(({ windowMs }) => windowMs)).toEqual([5000, Infinity]);
  });

  it('can be narrowed to one source', () => {
    const narrowed = ofSource(condition, 'db');
    expect(selectorsOf(narrowed).map(({ matchers }) => matchers)).toEqual(
      Array.from({ length: 4 }, () => [{ label: 'source', matching: '=', value: 'db' }]),
    );
    expect(selectorsOf(condition).every(({ matchers }) => matchers.length === 0)).toBe(true);
  });
});

describe('in the workload file', () => {
  test.each([
    ['up == 1', []],
    [
      'increas(m[5s]) > 1',
      [
        'is not a condition: `increas` is not a known function (at character 1: `increas(m[5s]) > 1`)',
        'did you mean `increase`?',
      ],
    ],
    ['m > 5sec', [expect.stringContaining('`5sec` is not a number'), expect.stringContaining('known are us, ms, s')]],
    ['m > ', ['is not a condition: a metric, a number or a function is missing at the end', undefined]],
  ])('%s', async (text, expected) => {
    const file = {
      connection_string: 'http://h',
      sources: [{ name: 'db', url: 'http://h/metrics' }],
      phases: { backup: text },
      jobs: [{ type: 'sleep', duration: '1s' }],
    };
    const found = await problemsOf(JSON.stringify(file));
    expect(found.flatMap(({ message, hint }) => [message, hint])).toEqual(expected);
    for (const { path } of found) expect(path).toBe('phases.backup');
  });
});
