import { describe, expect, test } from 'vitest';
import { parseMeasure, type Statistic, STATISTICS } from '../../../../src/conditions/parse-measure.ts';
import type { MeasuredValues } from '../../../../src/conditions/condition.ts';
import type { SourceMeasure } from '../../../../src/sources/measures/source-measure.ts';
import { WatchedSources } from '../watched-sources.ts';

function measureOf(sources: WatchedSources, text: string): SourceMeasure {
  const parsed = parseMeasure(`${text} == 0`);
  if ('fault' in parsed) throw new Error(parsed.fault.message);
  return sources.measure(parsed.measure);
}

function valuesOf({ values }: MeasuredValues): readonly number[] {
  return values.map(({ value }) => value);
}

/** The statistics of `m` over a load from 1000 to 3000 ms, with a reading each second from 0 on. */
function statisticsOf(values: readonly number[]): Partial<Record<Statistic, number>> {
  const sources = new WatchedSources({ name: 'db' });
  const measures = STATISTICS.map((statistic) => [statistic, measureOf(sources, `${statistic}(m)`)] as const);
  const [first = NaN, ...rest] = values;
  sources.says(`m ${first}`);
  sources.clock.pass(500);
  for (const [, measure] of measures) measure.begin();
  for (const [index, value] of rest.entries()) {
    sources.saysAfter(index === 0 ? 500 : 1000, `m ${value}`);
    if (index === rest.length - 2) for (const [, measure] of measures) measure.end();
  }
  return Object.fromEntries(measures.map(([statistic, measure]) => [statistic, valuesOf(measure.measured())[0]]));
}

describe('the load of a job', () => {
  test('counters increase from the last reading before it to the first after it, other values are those within', () => {
    expect(statisticsOf([100, 104, 101, 103, 110])).toEqual({
      last: 103,
      min: 101,
      max: 104,
      avg: (104 + 101 + 103) / 3,
      // 4, then begun again from 0 at 101, then 2 and 7.
      increase: 4 + 101 + 2 + 7,
      rate: (4 + 101 + 2 + 7) / 4,
    });
  });

  test('a load between two readings is covered by the next reading', () => {
    const sources = new WatchedSources({ name: 'db' });
    const [last, increase] = [measureOf(sources, 'last(m)'), measureOf(sources, 'increase(m)')];
    sources.says('m 5');
    sources.clock.pass(100);
    for (const measure of [last, increase]) measure.begin();
    sources.clock.pass(100);
    for (const measure of [last, increase]) measure.end();
    expect(last.measured()).toEqual({ values: [], shortage: 'cannot read source db' });
    sources.saysAfter(800, 'm 7');
    sources.saysAfter(1000, 'm 99');
    expect(valuesOf(last.measured())).toEqual([7]);
    expect(valuesOf(increase.measured())).toEqual([2]);
  });

  test('that never started has no values', () => {
    const sources = new WatchedSources({ name: 'db' });
    const measure = measureOf(sources, 'increase(m)');
    sources.says('m 5');
    sources.saysAfter(1000, 'm 6');
    expect(measure.measured()).toEqual({ values: [], shortage: 'the load never started' });
  });

  test('of several jobs spans the first start to the last end', () => {
    const sources = new WatchedSources({ name: 'db' });
    const measure = measureOf(sources, 'max(m)');
    sources.says('m 9');
    measure.begin();
    sources.saysAfter(1000, 'm 1');
    measure.begin();
    measure.end();
    sources.saysAfter(1000, 'm 3');
    measure.end();
    sources.saysAfter(1000, 'm 8');
    expect(valuesOf(measure.measured())).toEqual([3]);
  });
});

describe('the whole run', () => {
  test('is from the first reading to the last', () => {
    const sources = new WatchedSources({ name: 'db' });
    const [max, increase] = [measureOf(sources, 'max(m)'), measureOf(sources, 'increase(m)')];
    for (const measure of [max, increase]) measure.begin();
    sources.says('m 9');
    sources.saysAfter(1000, 'm 11');
    for (const measure of [max, increase]) measure.end();
    sources.saysAfter(10, 'm 12');
    expect(valuesOf(max.measured())).toEqual([11]);
    expect(valuesOf(increase.measured())).toEqual([3]);
    // The verdict is asked for once everything has been delivered.
    sources.clock.pass(60_000);
    expect(increase.measured()).toMatchObject({ shortage: undefined });
  });
});

describe('series', () => {
  test('each has a value; a new one increased from 0, a removed one has no last value', () => {
    const sources = new WatchedSources({ name: 'db' });
    const [last, increase] = [measureOf(sources, 'last(m{kind=~"a|b"})'), measureOf(sources, 'increase(m)')];
    for (const measure of [last, increase]) measure.begin();
    sources.says('m{kind="a"} 5\nm{kind="c"} 1');
    sources.saysAfter(1000, 'm{kind="b"} 3\nm{kind="c"} 1');
    expect(last.measured().values).toEqual([{ series: 'm{kind="b"}', value: 3 }]);
    expect(increase.measured().values).toEqual([
      { series: 'm{kind="a"}', value: 0 },
      { series: 'm{kind="c"}', value: 0 },
      { series: 'm{kind="b"}', value: 3 },
    ]);
  });

  test('of other sources are ignored if one is named, and NaN is not a value', () => {
    const sources = new WatchedSources({ name: 'db' }, { name: 'web' });
    const measure = measureOf(sources, 'max(m{source="web"})');
    measure.begin();
    sources.says('m 5');
    sources.says('m NaN', 'web');
    expect(measure.measured().values).toEqual([]);
    sources.saysAfter(1000, 'm 2', 'web');
    expect(valuesOf(measure.measured())).toEqual([2]);
  });
});

describe('unknown values', () => {
  test('a source that stopped responding keeps its earlier values', () => {
    const sources = new WatchedSources({ name: 'db' }, { name: 'web' });
    const measure = measureOf(sources, 'max(m)');
    measure.begin();
    sources.says('m 5');
    sources.says('other 1', 'web');
    sources.clock.pass(2999);
    expect(measure.measured()).toMatchObject({ shortage: undefined });
    sources.clock.pass(1);
    expect(measure.measured()).toEqual({
      values: [{ series: 'm', value: 5 }],
      shortage: 'cannot read source db',
    });
  });

  test('a series that never existed is 0 for a documented counter', () => {
    const sources = new WatchedSources({ name: 'db', profile: 'moco' });
    const names = [
      'increase(moco_agent_dump_backup_failure_count)',
      'rate(moco_agent_clone_duration_seconds_count)',
      'increase(moco_agent_dump_backup_failures)',
      'increase(moco_agent_clone_in_progress)',
      'last(moco_agent_dump_backup_failure_count)',
    ];
    const measures = names.map((name) => measureOf(sources, name));
    for (const measure of measures) measure.begin();
    expect(measures[0]?.measured().shortage).toBe('cannot read source db');
    sources.says('up 1');
    expect(measures.map((measure) => measure.measured().shortage)).toEqual([
      undefined,
      undefined,
      'no such series at source db',
      'no such series at source db',
      'no such series at source db',
    ]);
    expect(measures[0]?.measured().values).toEqual([{ series: 'moco_agent_dump_backup_failure_count', value: 0 }]);
  });

  test('a name without series', () => {
    const sources = new WatchedSources({ name: 'db', match: ['disk_*'] });
    const measure = measureOf(sources, 'max(m)');
    measure.begin();
    expect(measure.measured().shortage).toBe('no source has it: check their `match`');
  });
});
