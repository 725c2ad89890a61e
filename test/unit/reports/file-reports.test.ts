import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { renderCsv } from '../../../src/reports/formats/csv.ts';
import { openFileReports, writeFileReports } from '../../../src/reports/file-reports.ts';
import { renderGitlab, renderK6 } from '../../../src/reports/formats/k6.ts';
import { renderMarkdown } from '../../../src/reports/formats/markdown.ts';
import { renderOpenMetrics } from '../../../src/reports/formats/open-metrics.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { cutLines, stepSummaryReport } from '../../../src/reports/formats/step-summary.ts';
import { parseOpenMetrics } from '../../open-metrics-parser.ts';
import { buildJob, buildResult } from '../../snapshot-builder.ts';
import { buildVerdict } from '../../verdict-builder.ts';
import { DOCUMENT, HOSTILE, RESULT } from './result.ts';

const HOSTILE_DOCUMENT = toResultDocument(
  buildResult([buildJob({ name: HOSTILE }), buildJob({ name: HOSTILE })], {
    thresholds: [
      buildVerdict({ job: HOSTILE, text: HOSTILE }),
      buildVerdict({ job: HOSTILE, text: HOSTILE, ok: false }),
    ],
  }),
);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-reports-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('CSV', () => {
  const read = (text: string) => parse<Record<string, string>>(text, { columns: true, record_delimiter: '\r\n' });

  test('a row for each job', () => {
    const rows = read(renderCsv(DOCUMENT));
    expect(rows.map(({ job }) => job)).toEqual(['reads', 'writes', 'never']);
    expect(rows[0]).toMatchObject({
      workload: 'shop',
      job_type: 'read',
      requests: '1005',
      errors: '2',
      miss: '3',
      skipped: '7',
      rate: '100.5',
      pace: '100',
      service_p50: '0.000503',
      service_max: '0.02',
      lag_p50: '0.002',
      thresholds_failed: '1',
    });
    expect(rows[1]).toMatchObject({ response_p50: '', pace: '', service_p50: '0.004' });
    expect(rows[2]).toMatchObject({ rate: '', service_p50: '', status: 'canceled' });
  });

  test('counts failed checks by name, and quotes names with blanks', () => {
    const [job, ...others] = DOCUMENT.jobs;
    if (job === undefined) throw new Error('the document has no job');
    const failed = { ...job, failed_checks: { status: 2, 'json $.id': 3 } };
    const [row, other] = read(renderCsv({ ...DOCUMENT, jobs: [failed, ...others] }));
    expect(row?.['failed_checks']).toBe('status=2 "json $.id"=3');
    expect(other?.['failed_checks']).toBe('');
  });

  test.each(['=HYPERLINK("http://x","y")', '+1', '-1', '@SUM(A1)', '\t=1'])('%j is not a formula', (name) => {
    const [row] = read(renderCsv(toResultDocument(buildResult([buildJob({ name })]))));
    expect(row?.['job']).toBe(`'${name}`);
  });

  test('names are not changed', () => {
    expect(read(renderCsv(HOSTILE_DOCUMENT))[0]?.['job']).toBe(HOSTILE.replace('\uD800', '\uFFFD'));
  });
});

describe('Markdown', () => {
  const page = renderMarkdown(DOCUMENT);

  test('links only to web pages, with any result file', () => {
    const links = [
      { title: 'a', url: 'javascript:alert(1)' },
      { title: 'b', url: 'https://grafana.example/d/x?a=(b)' },
    ];
    const text = renderMarkdown({ ...DOCUMENT, links });
    expect(text).not.toContain('javascript:');
    expect(text).toContain('[b](https://grafana.example/d/x?a=%28b%29)');
  });

  test('lists failures first, then the jobs', () => {
    expect(page.split('\n')[0]).toBe('## ❌ shop on http://127.0.0.1:8080: completed in 42.3s');
    expect(page).toContain('**Thresholds: 1 of 3 held, 2 did not**');
    expect(page).toContain(
      '| ❌ | reads | `errors == 0` | it is 2 |\n| ❌ | query | `up > 0` | the query returned no data |\n| ✅ |',
    );
    expect(page).toContain(
      '| reads | read (paced) | 1,005 | 2 | 0.20% | 100.5/s | 2.50ms | 2.90ms | 2.99ms | 20.0ms |',
    );
  });

  test('omits percentiles that the requests do not determine', () => {
    expect(page).toContain('| writes | write | 50 | 0 | 0% | 5.00/s | 4.00ms | 4.00ms | - | 4.00ms |');
    expect(page).toContain('| never | read | 0 | 0 | - | - | - | - | - | - |');
  });

  test('escapes names, and every row has the cells of its head', () => {
    const lines = renderMarkdown(HOSTILE_DOCUMENT).split('\n');
    const cells = (line: string): number =>
      line
        .replaceAll(String.raw`\\`, '')
        .replaceAll(String.raw`\|`, '')
        .split('|').length;
    const tables = lines.filter((line) => line.startsWith('|'));
    expect([...new Set(tables.map(cells))].toSorted((a, b) => a - b)).toEqual([6, 12]);
    // Within backticks nothing is markup.
    expect(lines.join('\n').replaceAll(/(?<!\\)`[^`\n]*`/g, '')).not.toMatch(/(?<!\\)<|(?<!\\)\[x/);
  });
});

describe('k6 and GitLab', () => {
  interface K6 {
    readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly thresholds?: Readonly<Record<string, boolean>>;
  }
  const k6 = JSON.parse(renderK6(DOCUMENT)) as K6;

  test('counts, rates and times in milliseconds, of all jobs and of each', () => {
    const { metrics } = k6;
    expect(metrics['http_reqs']).toEqual({ count: 1055, rate: 1055 / 42.3 });
    expect(metrics['http_req_failed']).toEqual({ passes: 2, fails: 1053, value: 2 / 1055 });
    expect(metrics['checks']).toEqual({ passes: 1053, fails: 2, value: 1053 / 1055 });
    expect(metrics['dropped_iterations']?.['count']).toBe(7);
    expect(metrics['vus']).toEqual({ value: 6, min: 6, max: 6 });
    expect(metrics['http_reqs{job:writes}']?.['count']).toBe(50);
    expect(metrics['http_req_duration{job:writes}']).toMatchObject({ avg: 4, max: 4, 'p(90)': 4 });
    // Response times of 2.001 to 3 ms, then 3 of 5 ms and 2 of 20 ms.
    const duration = metrics['http_req_duration{job:reads}'];
    expect(duration?.['min']).toBeCloseTo(2, 1);
    expect(duration?.['med']).toBeCloseTo(2.503, 2);
    expect(duration?.['p(95)']).toBeCloseTo(2.955, 2);
    expect(duration?.['max']).toBe(20);
    expect(k6.thresholds).toMatchObject({ 'reads: p(99) < 200ms': false, 'reads: errors == 0': true, 'up > 0': true });
  });

  test('has the fields that the widget reads', () => {
    const { metrics } = JSON.parse(renderGitlab(DOCUMENT)) as K6;
    expect(metrics['http_reqs']?.['rate']).toBeCloseTo(24.94, 2);
    expect(metrics['http_req_waiting']?.['p(90)']).toBe(k6.metrics['http_req_duration']?.['p(90)']);
    expect(metrics['http_req_waiting']?.['p(95)']).toBeGreaterThan(2);
    expect([metrics['checks']?.['passes'], metrics['checks']?.['fails']]).toEqual([1053, 2]);
  });

  test('a run without a request has zeros, not NaN', () => {
    const text = renderK6(toResultDocument(buildResult([buildJob({ name: 'idle', elapsedMs: 0 })])));
    expect(text).not.toContain('null');
    expect(JSON.parse(text)).toMatchObject({ metrics: { http_req_duration: { avg: 0, min: 0, max: 0, 'p(90)': 0 } } });
  });
});

describe('OpenMetrics', () => {
  test('gauges of each job, and only percentiles that are determined', () => {
    const families = parseOpenMetrics(renderOpenMetrics(DOCUMENT));
    const valueOf = (name: string, labels: Record<string, string>): number | undefined =>
      families
        .flatMap(({ samples }) => samples)
        .find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
    const reads = { job: 'reads', job_type: 'read' };
    const writes = { job: 'writes', job_type: 'write' };
    expect(valueOf('loadbot_result_requests', reads)).toBe(1005);
    expect(valueOf('loadbot_result_requests_per_second', reads)).toBe(100.5);
    expect(valueOf('loadbot_result_error_ratio', reads)).toBeCloseTo(2 / 1005, 12);
    expect(valueOf('loadbot_result_service_seconds', { ...writes, quantile: '0.9' })).toBe(0.004);
    expect(valueOf('loadbot_result_service_seconds', { ...writes, quantile: '0.99' })).toBeUndefined();
    expect(valueOf('loadbot_result_response_seconds', { ...reads, quantile: '0.999' })).toBe(0.02);
    expect(valueOf('loadbot_result_response_seconds_count', writes)).toBeUndefined();
    expect(valueOf('loadbot_result_threshold_ok', { ...reads, threshold: 'errors == 0' })).toBe(0);
  });

  test('has no duplicate series with any names', () => {
    const families = parseOpenMetrics(renderOpenMetrics(HOSTILE_DOCUMENT));
    const requests = families.find(({ name }) => name === 'loadbot_result_requests');
    expect(requests?.samples.map(({ labels }) => labels['number'])).toEqual([undefined, '2']);
    const ok = families.find(({ name }) => name === 'loadbot_result_threshold_ok');
    expect(ok?.samples.map(({ value }) => value)).toEqual([0]);
  });
});

describe('files', () => {
  test('writes all files at the end of a run from one result', async () => {
    const files = [
      { kind: 'json', path: join(directory, 'r.json') },
      { kind: 'junit', path: join(directory, 'r.xml') },
      { kind: 'csv', path: '-' },
    ] as const;
    let out = '';
    await (await openFileReports(files, (text) => (out += text))).end(RESULT);
    expect(parseResultDocument(await readFile(files[0].path, 'utf8'), 'r.json')).toEqual(DOCUMENT);
    expect(await readFile(files[1].path, 'utf8')).toContain('<testsuites');
    expect(out).toBe(renderCsv(DOCUMENT));
  });

  test('refuses an unwritable file before any is written', async () => {
    const bad = { kind: 'csv', path: join(directory, 'none', 'r.csv') } as const;
    const good = { kind: 'markdown', path: join(directory, 'r.md') } as const;
    await expect(openFileReports([bad], () => {})).rejects.toMatchObject({ code: 'config_invalid' });
    await expect(writeFileReports([bad, good], DOCUMENT, () => {})).rejects.toThrow('r.csv');
    expect(await readdir(directory)).toEqual([]);
  });

  test('writes the others when one fails at the end', async () => {
    await mkdir(join(directory, 'gone'));
    const bad = { kind: 'csv', path: join(directory, 'gone', 'r.csv') } as const;
    const good = { kind: 'markdown', path: join(directory, 'r.md') } as const;
    const report = await openFileReports([bad, good], () => {});
    await rm(join(directory, 'gone'), { recursive: true });
    await expect(report.end(RESULT)).rejects.toThrow('r.csv');
    expect(await readdir(directory)).toEqual(['r.md']);
  });

  test('a result of a version before there were thresholds can still be rendered', () => {
    const { thresholds: _, ...old } = DOCUMENT;
    expect(renderMarkdown(parseResultDocument(JSON.stringify(old), 'old.json'))).not.toContain('Thresholds');
  });
});

describe('the step summary', () => {
  test('is appended to the existing text', async () => {
    const path = join(directory, 'summary.md');
    const warnings: string[] = [];
    const report = stepSummaryReport(path, (message) => warnings.push(message));
    await report.end(RESULT);
    await report.end(RESULT);
    expect(await readFile(path, 'utf8')).toBe(renderMarkdown(DOCUMENT).repeat(2));
    await stepSummaryReport(join(directory, 'none', 'x'), (message) => warnings.push(message)).end(RESULT);
    expect(warnings).toMatchObject([expect.stringContaining('cannot write the step summary')]);
  });

  test('is cut between lines at its maximum length', () => {
    const text = 'first ä\nsecond\nthird\nfourth\n';
    expect(cutLines(text, 29)).toBe(text);
    const long = 'line\n'.repeat(100);
    const cut = cutLines(long, 200);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(200);
    expect(cut).toMatch(/^(line\n){10,}\n?\n\*The rest did not fit/);
    expect(cutLines(long, 75)).toBe('');
  });
});
