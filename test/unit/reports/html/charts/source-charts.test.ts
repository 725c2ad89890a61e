import { expect, test } from 'vitest';
import { DOCUMENT } from '../../result.ts';
import { pageOf } from '../page.ts';

type Points = readonly (readonly [number, number | null])[];

const SERIES: readonly (readonly [name: string, labels: Record<string, string>, points: Points])[] = [
  [
    'sessions',
    { state: 'active', db: 'a' },
    [
      [0, 3],
      [1, 4],
    ],
  ],
  [
    'sessions',
    { state: 'idle', db: 'a' },
    [
      [0.5, 7],
      [1, 8],
    ],
  ],
  [
    'reads_total',
    {},
    [
      [0, 100],
      [2, 150],
      [4, 20],
      [5, null],
      [6, 30],
      [8, 40],
    ],
  ],
  [
    'wait_seconds_sum',
    {},
    [
      [0, 1],
      [2, 2],
    ],
  ],
  [
    'wait_seconds_count',
    {},
    [
      [0, 10],
      [2, 30],
    ],
  ],
  [
    'activity_count',
    {},
    [
      [0, 10],
      [2, 30],
    ],
  ],
  ['once', {}, [[0, 1]]],
  [
    'cores',
    { node: 'a' },
    [
      [0, 4],
      [2, null],
      [4, 4],
    ],
  ],
  [
    'cores',
    { node: 'b' },
    [
      [0, 8],
      [2, 8],
    ],
  ],
  [
    'concurrent_schedule_total',
    {},
    [
      [0, 10],
      [2, 30],
    ],
  ],
];
/** By the declared type, else by the name. */
const TYPES: Readonly<Record<string, string>> = { concurrent_schedule_total: 'gauge', activity_count: 'gauge' };
const ofAll = { job: null, job_uuid: null, job_type: null, step: null, reason: null, ok: true } as const;
const ofSource = { ...ofAll, kind: 'source', metric: '', unit: 'number', operator: '<', value: 4 } as const;
const { data, text } = pageOf({
  ...DOCUMENT,
  thresholds: [
    { ...ofSource, threshold: 'max(sessions{state="active"}) < 5', limit: 5 },
    { ...ofSource, threshold: 'max(sessions{source="cache"}) < 6', limit: 6 },
    { ...ofSource, threshold: 'rate(reads_total) < 7', limit: 7 },
    { ...ofSource, threshold: 'increase(reads_total) < 800', limit: 800 },
  ],
  phases: [
    {
      name: 'backup',
      spans: [
        [1, 2],
        [4, 5],
      ],
      resolution_seconds: 1,
    },
    { name: 'idle', spans: [], resolution_seconds: 1 },
  ],
  sources: [
    {
      name: 'db',
      url: 'http://db:9187/metrics',
      profile: null,
      interval_seconds: 1,
      calls: 9,
      failures: 1,
      bad_lines: 0,
      series: SERIES.map(([name, labels, points]) => ({ name, type: TYPES[name] ?? null, labels, points })),
    },
  ],
});
const charts = data.charts.filter(({ id }) => id.startsWith('source-1-'));

test('draws series of one name in one chart, distinguished by the labels that differ', () => {
  expect(charts[0]?.lines.map(({ label, values }) => [label, values])).toEqual([
    ['state=active', [3, null, 4]],
    ['state=idle', [null, 7, 8]],
  ]);
  expect(data.axes[charts[0]?.axis ?? '']).toEqual([0, 0.5, 1]);
});

test('counters are drawn as rates, with a gap at a reset', () => {
  expect(charts[1]?.lines[0]?.values).toEqual([25, null, null, null, 5]);
  expect(charts[2]?.lines[0]?.values).toEqual([0.5]);
  expect(charts[3]?.lines[0]?.values).toEqual([10]);
});

test('a gauge with the name of a counter is not drawn as a rate', () => {
  expect(charts[4]?.lines[0]?.values).toEqual([10, 30]);
});

test('limits of thresholds on a series are drawn where its chart can show them', () => {
  expect(charts.slice(0, 3).map(({ limits }) => limits.map(({ value }) => value))).toEqual([[5], [7], []]);
});

test('a gauge is not a counter, with any name', () => {
  expect(charts[5]?.lines[0]?.values).toEqual([10, 30]);
});

test('does not draw a single value', () => {
  expect(charts).toHaveLength(6);
  expect(text).toContain('read 9 times · 1 failed');
});

test('shades active phases', () => {
  expect(data.spans).toEqual([
    { name: 'backup', kind: 'phase', from: 1, to: 2 },
    { name: 'backup', kind: 'phase', from: 4, to: 5 },
  ]);
});

test('shows constant series in a table instead of a chart', () => {
  expect(charts).toHaveLength(6);
  expect(text).toContain('<summary>1 metric that did not change</summary>');
  expect(text).toMatch(
    /cores<\/th><td[^>]*><data value="2">2<\/data><\/td><td[^>]*><data value="4">4<\/data> to <data value="8">8<\/data>/,
  );
});
