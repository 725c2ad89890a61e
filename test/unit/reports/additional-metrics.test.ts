import { expect, test } from 'vitest';
import { compareRuns, DEFAULT_ALLOWED, displayName } from '../../../src/comparison/compare.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import { estimateJobs } from '../../../src/reports/document/job-estimates.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { type ResultDocument, toResultDocument } from '../../../src/reports/document/result-document.ts';
import { renderCsv } from '../../../src/reports/formats/csv.ts';
import { renderJson } from '../../../src/reports/formats/json.ts';
import { renderK6 } from '../../../src/reports/formats/k6.ts';
import { renderMarkdown } from '../../../src/reports/formats/markdown.ts';
import { renderOpenMetrics } from '../../../src/reports/formats/open-metrics.ts';
import { OK } from '../../../src/shared/outcome.ts';
import { BUILT_IN_METRICS, type JobMetric } from '../../../src/shared/job-metric.ts';
import { buildJob, buildResult, METRICS, request } from '../../snapshot-builder.ts';
import { numbersIn, pageOf } from './html/page.ts';

/** 1000 requests of 50 ms in 10 s, whose first byte comes after 1 to 10 ms, and 30 orders. @param factor of the first byte */
function documentOf(factor = 1): ResultDocument {
  const record = (recorder: Recorder): void => {
    for (let number = 0; number < 1000; number++) {
      request(recorder, OK, 50);
      recorder.record(0, ((number % 10) + 1) * factor);
    }
    recorder.record(1, 30);
  };
  const plain = buildJob({ name: 'plain', record: (recorder) => request(recorder, OK, 1) });
  return toResultDocument(buildResult([buildJob({ name: 'reads', metrics: METRICS, record }), plain]));
}

const DOCUMENT = documentOf();

test('the result has counters and trends by name, and is read again', () => {
  const [reads, plain] = DOCUMENT.jobs;
  expect(reads?.metrics['orders_total']).toEqual({
    type: 'counter',
    family: 'orders_total',
    total: 30,
    rate: 3,
    durations: null,
  });
  expect(reads?.metrics['first_byte']).toMatchObject({
    type: 'trend',
    family: 'requests_first_byte_seconds',
    total: null,
    rate: null,
    durations: { count: 1000, mean_seconds: 0.0055, max_seconds: 0.01 },
  });
  expect(reads?.metrics['cart_seconds']?.durations).toMatchObject({ count: 0, mean_seconds: null, max_seconds: null });
  expect(plain?.metrics).toEqual({});
  expect(parseResultDocument(renderJson(DOCUMENT), 'r.json').jobs).toEqual(DOCUMENT.jobs);
});

test('a result of an earlier version has no additional metrics; a name that is not one is refused', () => {
  const [reads, plain] = DOCUMENT.jobs;
  const older = JSON.stringify({ ...DOCUMENT, jobs: [{ ...plain, metrics: undefined }] });
  expect(parseResultDocument(older, 'r.json').jobs[0]?.metrics).toEqual({});
  const metrics = { 'a\n# EOF': reads?.metrics['orders_total'] };
  const damaged = JSON.stringify({ ...DOCUMENT, jobs: [{ ...reads, metrics }] });
  expect(() => parseResultDocument(damaged, 'r.json')).toThrow('is not the name of a metric');
});

test('CSV has columns for the metrics of all jobs, empty for jobs without', () => {
  const [header = '', reads = '', plain = ''] = renderCsv(DOCUMENT).split('\r\n');
  const at = (line: string, name: string): string | undefined => line.split(',')[header.split(',').indexOf(name)];
  expect(at(reads, 'metric_orders_total')).toBe('30');
  expect(at(reads, 'metric_first_byte_count')).toBe('1000');
  expect(at(reads, 'metric_first_byte_max')).toBe('0.01');
  expect([at(plain, 'metric_orders_total'), at(plain, 'metric_first_byte_max')]).toEqual(['', '']);
});

test('Markdown and OpenMetrics contain them', () => {
  const markdown = renderMarkdown(DOCUMENT);
  expect(markdown).toMatch(/\| reads \| `orders_total` \| +30 \| +3\.00\/s \| +- \| +- \| +- \|/);
  expect(markdown).toMatch(/\| reads \| `first_byte` \| +1,000 \| +- \| +5\.00ms \| +9\.00ms \| +10(\.0)?ms \|/);
  const text = renderOpenMetrics(DOCUMENT);
  expect(text).toContain('loadbot_result_orders_total{job="reads",job_type="read"} 30\n');
  expect(text).toContain('loadbot_result_first_byte_count{job="reads",job_type="read"} 1000\n');
  expect(text).not.toContain('loadbot_result_orders_total{job="plain"');
});

test('the summary of k6 has its own name for the time to the first byte', () => {
  const { metrics } = JSON.parse(renderK6(DOCUMENT)) as { metrics: Record<string, Record<string, number>> };
  expect(metrics['http_req_waiting']).toMatchObject({ avg: 5.5, max: 10 });
  expect(metrics['http_req_duration']?.['max']).toBe(50);
  expect(metrics['orders_total']?.['count']).toBe(30);
  expect(metrics['first_byte']).toBeUndefined();
});

test('trends are compared: a slower first byte is a regression, the same one is not', () => {
  const compared = (after: ResultDocument) =>
    compareRuns([estimateJobs(DOCUMENT)], [estimateJobs(after)], DEFAULT_ALLOWED).filter(({ trend }) => trend);
  const slower = compared(documentOf(3));
  expect(slower.map(({ metric, verdict }) => [metric, verdict])).toEqual([
    ['p50', 'regression'],
    ['p90', 'regression'],
    ['p99', 'regression'],
  ]);
  expect(slower[0] && displayName(slower[0])).toBe('first_byte of reads');
  expect(compared(documentOf()).some(({ verdict }) => verdict === 'regression')).toBe(false);
});

/** Cells of the row of an HTML report that begins with a name: the numbers. */
function rowOf(html: string, name: string): readonly (number | null | undefined)[] {
  const row = html.split('<tr>').filter((one) => one.includes(`>${name}</`));
  expect(row).toHaveLength(1);
  return numbersIn(row[0] ?? '');
}

test('the HTML report has a row for each counter and trend, of its job alone', () => {
  const { text } = pageOf(DOCUMENT);
  const at = (job: number): number => text.indexOf(`id="job-${job}"`);
  const [reads, plain] = [text.slice(at(1), at(2)), text.slice(at(2))];
  expect(rowOf(reads, 'orders_total')).toEqual([30, 3]);
  const { durations } = DOCUMENT.jobs[0]?.metrics['first_byte'] ?? {};
  const numbers = rowOf(reads, 'first byte');
  expect(numbers).toHaveLength(11);
  expect([numbers[0], numbers[3], numbers[9], numbers[10]]).toEqual([
    0.0055,
    durations?.percentiles_seconds.p50,
    0.01,
    1000,
  ]);
  // A trend without values.
  expect(rowOf(reads, 'cart_seconds').at(-1)).toBe(0);
  for (const name of ['orders_total', 'first byte', 'cart_seconds']) expect(plain).not.toContain(`>${name}</`);
});

test('the HTML report has rows for streams', () => {
  const metrics: readonly JobMetric[] = [
    { index: 0, name: 'first_event', ...BUILT_IN_METRICS.first_event, scope: 'streams' },
    { index: 1, name: 'event_gap', ...BUILT_IN_METRICS.event_gap, scope: 'streams' },
    { index: 2, name: 'events', ...BUILT_IN_METRICS.events, scope: 'streams' },
  ];
  const record = (recorder: Recorder): void => {
    for (let number = 0; number < 200; number++) {
      request(recorder, OK, 50);
      recorder.record(0, 20);
      recorder.record(1, 5);
      recorder.record(2, 4);
    }
  };
  const { text } = pageOf(toResultDocument(buildResult([buildJob({ name: 'chat', metrics, record })])));
  const section = text.slice(text.indexOf('id="job-1"'));
  expect(rowOf(section, 'events')).toEqual([800, 80]);
  expect([rowOf(section, 'first event')[0], rowOf(section, 'first event').at(-1)]).toEqual([0.02, 200]);
  expect([rowOf(section, 'event gap')[0], rowOf(section, 'event gap').at(-1)]).toEqual([0.005, 200]);
});
