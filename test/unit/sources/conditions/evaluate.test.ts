import { describe, expect, it, test } from 'vitest';
import { parseCondition } from '../../../../src/conditions/parse.ts';
import { rangesOf } from '../../../../src/conditions/selectors.ts';
import { evaluateCondition, type ConditionResult } from '../../../../src/sources/conditions/evaluate.ts';
import { SourceConditionInput } from '../../../../src/sources/conditions/source-facts.ts';
import { NameFilter } from '../../../../src/sources/parse/name-filter.ts';
import { SourceValues } from '../../../../src/sources/values/source-values.ts';
import { readingOf } from '../reading-of.ts';

/** Sources that are read once a second, whose values a test sets. */
class Scene {
  nowMs = 0;
  readonly #sources;

  constructor(...names: readonly { readonly name: string; readonly match?: readonly string[] }[]) {
    this.#sources = names.map(({ name, match = [] }) => ({
      name,
      filter: new NameFilter(match),
      values: new SourceValues(1000),
    }));
  }

  read(name: string, text: string): void {
    this.#sources.find((source) => source.name === name)?.values.set(readingOf(this.nowMs, text));
  }

  /** A condition that is evaluated after each reading. */
  watch(text: string) {
    const parsed = parseCondition(text);
    if ('fault' in parsed) throw new Error(parsed.fault.message);
    const facts = new SourceConditionInput(this.#sources, rangesOf(parsed.condition), () => this.nowMs);
    return (): ConditionResult => {
      for (const source of this.#sources) facts.note(source);
      return evaluateCondition(parsed.condition, facts);
    };
  }

  verdict(text: string): ConditionResult {
    return this.watch(text)();
  }
}

const PAGE = 'up 1\ndisk{disk="a",kind="ssd"} 3\ndisk{disk="b",kind="hdd"} 8\ntemp -4\nnone NaN\n';

describe('current values', () => {
  const scene = new Scene({ name: 'db' });
  scene.read('db', PAGE);

  test.each([
    ['up == 1', true, 'up is 1'],
    ['up != 1', false, 'up is 1'],
    ['up < 1', false, 'up is 1'],
    ['up <= 1', true, 'up is 1'],
    ['2 > up', true, 'up is 1'],
    ['temp < -3', true, 'temp is -4'],
    ['disk > 5', true, 'disk{disk="b",kind="hdd"} is 8'],
    ['disk > 8', false, 'disk{disk="a",kind="ssd"} is 3'],
    ['disk{kind="ssd"} > 5', false, 'disk{disk="a",kind="ssd"} is 3'],
    ['disk{kind!="ssd"} > 5', true, 'disk{disk="b",kind="hdd"} is 8'],
    ['disk{kind=~"s.*"} == 3', true, 'disk{disk="a",kind="ssd"} is 3'],
    ['disk{kind=~"s"} == 3', false, undefined],
    ['disk{kind!~"s.*|x"} == 8', true, 'disk{disk="b",kind="hdd"} is 8'],
    ['disk{color=""} > 5', true, 'disk{disk="b",kind="hdd"} is 8'],
    ['disk{constructor=""} > 5', true, 'disk{disk="b",kind="hdd"} is 8'],
    ['disk{color="red"} > 5', false, undefined],
    ['disk{source="db"} > 5', true, 'disk{disk="b",kind="hdd"} is 8'],
    ['disk{source="web"} > 5', false, undefined],
    ['sum(disk) == 11', true, 'sum of disk is 11'],
    ['min(disk) == 3', true, 'min of disk is 3'],
    ['max(disk) == 8', true, 'max of disk is 8'],
    ['count(disk) == 2', true, 'count of disk is 2'],
    ['count(nothing) == 0', true, 'count of nothing is 0'],
    ['sum(nothing) == 0', false, undefined],
    ['sum(disk) > count(disk)', true, 'sum of disk is 11, count of disk is 2'],
    ['none == 0', false, 'none is NaN'],
    ['none != 0', true, 'none is NaN'],
    ['absent(nothing)', true, 'no series nothing'],
    ['absent(disk{kind="ssd"})', false, 'disk{disk="a",kind="ssd"} is 3'],
    ['not up == 1', false, 'up is 1'],
    ['up == 1 and temp < 0', true, 'up is 1 and temp is -4'],
    ['up == 0 and temp < 0', false, 'up is 1'],
    ['up == 0 or temp < 0', true, 'temp is -4'],
    ['nothing == 1', false, undefined],
  ])('%s is %s', (text, holds, because) => {
    expect(scene.verdict(text)).toEqual({ holds, because });
  });
});

describe('unknown values', () => {
  it('are all values before the first reading', () => {
    const scene = new Scene({ name: 'db' });
    for (const text of ['up == 1', 'not up == 1', 'absent(up)', 'count(up) == 0', 'increase(up[run]) > 0']) {
      expect(scene.verdict(text).holds, text).toBeUndefined();
    }
  });

  it('are values older than three intervals', () => {
    const scene = new Scene({ name: 'db' });
    scene.read('db', 'up 1\n');
    scene.nowMs = 2999;
    expect(scene.verdict('up == 1').holds).toBe(true);
    scene.nowMs = 3000;
    expect(scene.verdict('up == 1').holds).toBeUndefined();
    expect(scene.verdict('absent(up)').holds).toBeUndefined();
  });

  it('stay unknown unless the rest decides', () => {
    const scene = new Scene({ name: 'db', match: ['up'] }, { name: 'web', match: ['hits'] });
    scene.read('db', 'up 1\n');
    const cases = [
      ['up == 1 or hits > 0', true],
      ['up == 0 or hits > 0', undefined],
      ['up == 0 and hits > 0', false],
      ['hits > 0 and up == 1', undefined],
      ['not hits > 0', undefined],
    ] as const;
    for (const [text, holds] of cases) expect(scene.verdict(text).holds, text).toBe(holds);
  });

  it('are independent of unrelated sources', () => {
    const scene = new Scene({ name: 'db' }, { name: 'dead' });
    scene.read('db', 'up 1\n');
    expect(scene.verdict('up == 0').holds).toBe(false);
    expect(scene.verdict('other == 0').holds).toBeUndefined();
    expect(scene.verdict('other{source="db"} == 0').holds).toBe(false);
  });

  it('may still be true for one of several sources', () => {
    const scene = new Scene({ name: 'a' }, { name: 'b' });
    scene.read('a', 'busy 1\n');
    scene.read('b', 'busy 0\n');
    scene.nowMs = 5000;
    scene.read('b', 'busy 0\n');
    expect(scene.verdict('busy == 0').holds).toBe(true);
    expect(scene.verdict('busy == 1').holds).toBeUndefined();
    expect(scene.verdict('sum(busy) == 0').holds).toBeUndefined();
  });
});

describe('values over a range', () => {
  it('rise', () => {
    const scene = new Scene({ name: 'db' });
    const failures = scene.watch('increase(failures[run]) > 1');
    const recent = scene.watch('increase(failures[2s]) > 1');
    const rate = scene.watch('sum(rate(failures[10s])) >= 1.5');
    const results = [];
    for (const [second, value] of [7, 7, 8, 10, 10, 10, 10].entries()) {
      scene.nowMs = second * 1000;
      scene.read('db', `failures{action="dump"} ${value}\nfailures{action="upload"} 0\n`);
      results.push([failures().holds, recent().holds, rate().holds]);
    }
    expect(results).toEqual([
      [false, false, false],
      [false, false, false],
      [false, false, false],
      [true, true, false],
      [true, true, false],
      [true, false, false],
      [true, false, false],
    ]);
    expect(failures().because).toBe('the increase of failures{action="dump"} is 3');
  });

  it('rise from 0 for a new series, but not at the first reading of a source', () => {
    const scene = new Scene({ name: 'db' });
    const failed = scene.watch('increase(failures[run]) > 0');
    scene.read('db', 'failures{action="old"} 4\n');
    expect(failed().holds).toBe(false);
    scene.nowMs = 1000;
    scene.read('db', 'failures{action="old"} 4\nfailures{action="new"} 1\n');
    expect(failed()).toEqual({ holds: true, because: 'the increase of failures{action="new"} is 1' });
  });

  it('do not rise for a series that was missing temporarily', () => {
    const scene = new Scene({ name: 'db' });
    const failed = scene.watch('increase(failures[2s]) > 0');
    for (const [atMs, text] of [
      [0, 'failures 4\n'],
      [1000, 'other 1\n'],
      [20_000, 'failures 4\n'],
    ] as const) {
      scene.nowMs = atMs;
      scene.read('db', text);
      expect(failed().holds).toBe(false);
    }
  });

  it('have a minimum and a maximum', () => {
    const scene = new Scene({ name: 'db' });
    const peak = scene.watch('max(load[2s]) >= 9');
    const low = scene.watch('min(load[run]) < 2');
    const results = [];
    for (const [second, value] of [3, 9, 3, 3, 1, 3].entries()) {
      scene.nowMs = second * 1000;
      scene.read('db', `load ${value}\n`);
      results.push([peak().holds, low().holds]);
    }
    expect(results).toEqual([
      [false, false],
      [true, false],
      [true, false],
      [false, false],
      [false, true],
      [false, true],
    ]);
  });
});
