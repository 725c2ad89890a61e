import { expect, it } from 'vitest';
import { SourceHistory } from '../../../../src/sources/values/source-history.ts';
import { readingOf } from '../reading-of.ts';

function namesOf(history: SourceHistory): string[] {
  return history.series.map(({ series }) => series.name);
}

it('keeps series requested by name first, then others up to its limit', () => {
  const history = new SourceHistory({ intervalMs: 1000, maxSeries: 3, maxPoints: 10 });
  history.prioritize('wanted');
  history.prioritize('bucket');
  history.add(readingOf(1000, 'a 1\nbucket_other{le="1"} 1\nb 2\nc 3\nd 4\nwanted{x="1"} 5\n'));
  expect(namesOf(history)).toEqual(['wanted', 'a', 'b']);
  history.add(readingOf(2000, 'bucket{le="1"} 1\nbucket{le="2"} 2\nbucket{le="3"} 3\na 9\nwanted{x="1"} 6\n'));
  expect(namesOf(history)).toEqual(['wanted', 'bucket', 'bucket']);
  expect(history.series[0]?.points).toEqual([
    { atMs: 1000, value: 5 },
    { atMs: 2000, value: 6 },
  ]);
});

it('continues a series that was missing', () => {
  const history = new SourceHistory({ intervalMs: 1000, maxSeries: 3, maxPoints: 10 });
  history.add(readingOf(1000, 'a 1\n'));
  history.add(readingOf(2000, 'b 1\n'));
  history.add(readingOf(3000, 'a 2\n'));
  expect(history.series.map(({ points }) => points.length)).toEqual([2, 1]);
});

it('has the types of its series if the source declares them', () => {
  const history = new SourceHistory({ intervalMs: 1000, maxSeries: 9, maxPoints: 10 });
  history.add(readingOf(1000, '# TYPE a_total gauge\na_total 1\n# TYPE b summary\nb_sum 1\nb_count 1\nc 1\n'));
  expect(history.series.map(({ type }) => type)).toEqual(['gauge', 'summary', 'summary', undefined]);
});
