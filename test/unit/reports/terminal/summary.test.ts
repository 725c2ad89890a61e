import { jobKey } from '../../../../src/recorder/snapshot.ts';
import { describe, expect, test } from 'vitest';
import { ABORTED, failure, MISS, OK } from '../../../../src/shared/outcome.ts';
import type { Recorder } from '../../../../src/recorder/recorder.ts';
import type { RunResult } from '../../../../src/reports/report.ts';
import {
  renderSummary,
  renderSummaryText,
  RunSummary,
  summaryReport,
} from '../../../../src/reports/terminal/summary.ts';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { widthOf } from '../../../../src/reports/terminal/text-width.ts';
import { FakeTerminal, fakePipe } from '../../../fake-terminal.ts';
import { buildJob, buildResult, request } from '../../../snapshot-builder.ts';

/** Service times of 1, 2, ... 1000 µs: every percentile can be read off. */
function thousand(recorder: Recorder): void {
  for (let micros = 1; micros <= 1000; micros++) request(recorder, OK, micros / 1000);
  recorder.traffic(1024 * 1000, 1024 * 1024 * 3);
}

const WRITES = buildJob({ name: 'writes', type: 'write', elapsedMs: 4000, operations: 1000, record: thousand });

const READS = buildJob({
  name: 'reads',
  paced: true,
  elapsedMs: 10_000,
  durationMs: 10_000,
  recordWarmUp: (recorder) => request(recorder, OK, 1, 0),
  record: (recorder) => {
    for (let i = 0; i < 36; i++) request(recorder, OK, 2, 0);
    for (let i = 0; i < 5; i++) request(recorder, MISS, 2, 100);
    for (let i = 0; i < 6; i++) request(recorder, failure('timeout'), 1000, 100);
    for (let i = 0; i < 3; i++) request(recorder, failure('status_5xx'), 2, 100);
    for (let i = 0; i < 2; i++) request(recorder, ABORTED, 0, 100);
    recorder.skip(8);
  },
});

const RESULT: RunResult = buildResult([WRITES, READS], {
  planned: { [jobKey(WRITES)]: 1000, [jobKey(READS)]: 60 },
  paces: { [jobKey(READS)]: 6 },
  connections: { [WRITES.uuid]: 50, [READS.uuid]: 1 },
  failures: [
    { job: 'writes', uuid: WRITES.uuid, errorClass: 'timeout', message: 'of another job' },
    { job: 'reads', uuid: READS.uuid, errorClass: 'timeout', message: 'no answer within 1s' },
    {
      job: 'reads',
      uuid: READS.uuid,
      errorClass: 'status_5xx',
      message: 'HTTP 503: {"error":"the primary is\n being elected, please wait"}',
    },
  ],
  deliveries: [
    { target: 'http://127.0.0.1:9090/metrics', deliveredSamples: 1234, undeliveredSamples: 0, lastError: undefined },
    {
      target: 'http://victoria-metrics:8428/api/v1/import/prometheus',
      deliveredSamples: 5678,
      undeliveredSamples: 12,
      lastError: 'HTTP 503',
    },
  ],
});

const DOCUMENT = toResultDocument(RESULT);

function textOf(result: RunResult, { columns = 80, verbose = false } = {}): string {
  const terminal = new FakeTerminal();
  terminal.columns = columns;
  const screen = columns === Infinity ? fakePipe().screen : terminal.screen();
  return renderSummary(toResultDocument(result), screen, { verbose, ownsMetrics: true }).join('\n');
}

test('has these lines in a terminal of 80 columns', () => {
  expect(textOf(RESULT)).toBe(`
shop on http://127.0.0.1:8080: completed in 42.3s
agent agent-1 · 2 threads · seed 42 · run run-1

writes · write · 50 connections · 4.00s
  requests              1,000     250.0/s
  errors                    0          0%
  sent               1000 KiB   250 KiB/s
  received           3.00 MiB   768 KiB/s
                       mean     p50     p90     p95     p99   p99.9     max
  service time        500µs   500µs   900µs   950µs   990µs   999µs  1.00ms
  service time       requests
    ≤ 2µs                   2    0.20%  ▏
    ≤ 6µs                   4    0.40%  ▎
    ≤ 13µs                  7    0.70%  ▍
    ≤ 32µs                 19    1.90%  █
    ≤ 75µs                 43    4.30%  ██▎
    ≤ 180µs               105   10.50%  █████▍
    ≤ 420µs               240   24.00%  ████████████▍
    ≤ 1.00ms              580   58.00%  ██████████████████████████████

reads · read · 1 connection · 10.0s
  requests                 50      5.00/s  target 6.00/s
  errors                    9      18.00%
    timeout                 6      12.00%  no answer within 1s
    status_5xx              3       6.00%
      HTTP 503: {"error":"the primary is being elected, please wait"}
  misses                    5      10.00%  found nothing
  aborted                   2              cut off when the job ended
  skipped                   8      13.33%  due, but never started
  sent                    0 B       0 B/s
  received                0 B       0 B/s
  warm-up                   1              not in these numbers
                       mean     p50     p90     p95     p99   p99.9     max
  service time        122ms  2.00ms   1.00s   1.00s       -       -   1.00s
  response time       150ms  2.00ms   1.10s   1.10s       -       -   1.10s
  schedule lag       30.8ms     0µs   100ms   100ms       -       -   100ms
  p99 needs at least 100 requests, p99.9 1,000; 50 completed
  response time      requests
    ≤ 4.40ms               36   72.00%  ██████████████████████████████
    ≤ 9.70ms                0       0%
    ≤ 21.0ms                0       0%
    ≤ 47.0ms                0       0%
    ≤ 100ms                 0       0%
    ≤ 230ms                 8   16.00%  ██████▋
    ≤ 500ms                 0       0%
    ≤ 1.10s                 6   12.00%  █████

all jobs  requests  errors     rate     p50    p99     max
writes       1,000       0  250.0/s   500µs  990µs  1.00ms
reads           50       9   5.00/s  2.00ms      -   1.10s
total        1,050       9
latencies: response time of paced jobs, service time of the others

WARNING  reads: 8 of 60 requests that were due (13.33%) were never started
         every connection was busy: the target was too slow for the rate, or
         there are too few connections

WARNING  reads: 2 requests had no answer when the job ended
         they were aborted and are in no rate and no percentile: the slowest
         responses may be missing there

WARNING  metrics: 12 samples did not arrive at
         http://victoria-metrics:8428/api/v1/import/prometheus: HTTP 503
         charts of this run have a gap; this result is complete

passed: no thresholds; 9 errors in 1,050 requests
metrics  http://127.0.0.1:9090/metrics: 1,234 samples delivered
metrics  http://victoria-metrics:8428/api/v1/import/prometheus: 5,678 samples
         delivered, 12 undelivered`);
});

test('cuts and wraps no text in a pipe', () => {
  const { screen, text } = fakePipe();
  void summaryReport(screen, {}).end(RESULT);
  expect(text()).toContain(
    '    status_5xx              3       6.00%  HTTP 503: {"error":"the primary is being elected, please wait"}\n',
  );
  expect(text()).toContain(
    '                        min    mean  stddev     p50     p90     p95     p99   p99.9     max\n',
  );
  expect(text()).toContain(
    '  service time          1µs   500µs   289µs   500µs   900µs   950µs   990µs   999µs  1.00ms\n',
  );
  expect(text().endsWith('import/prometheus: 5,678 samples delivered, 12 undelivered\n')).toBe(true);
});

test('shows no table for one job, and how to export metrics if none are', () => {
  const document = toResultDocument(buildResult([WRITES]));
  const text = textOf(buildResult([WRITES]), { columns: Infinity });
  expect(text).not.toContain('all jobs');
  expect(text).toContain('metrics  neither pushed nor served: see --metrics_export_url, --metrics_export_port');
  expect(text).not.toContain('WARNING');
  // The metrics of an agent that lives on are its own affair.
  expect(renderSummary(document, fakePipe().screen, {}).join('\n')).not.toContain('metrics');
});

test('reports undetermined percentiles in one sentence', () => {
  const few = buildJob({ name: 'few', record: (recorder) => request(recorder, OK, 1) });
  expect(textOf(buildResult([few]), { columns: Infinity })).toContain(
    '  p50 needs at least 2 requests, p90 10, p95 20, p99 100, p99.9 1,000; 1 completed\n',
  );
});

test('omits percentiles in a narrow terminal, never the maximum, and no line is too long', () => {
  const text = textOf(buildResult([WRITES]), { columns: 60 });
  expect(text).toContain('                       mean     p50     p99   p99.9     max\n');
  expect(text).toContain('  service time        500µs   500µs   990µs   999µs  1.00ms\n');
  const narrow = textOf(buildResult([WRITES]), { columns: 40 });
  expect(narrow).toContain('  service time    500µs   990µs  1.00ms\n');
});

test.each([40, 60, 80, 120])('at %d columns every line fits, but for links and paths', (columns) => {
  const text = textOf(RESULT, { columns, verbose: true });
  const lines = text.split('\n').filter((line) => !line.includes('http://victoria-metrics'));
  expect(lines.filter((line) => widthOf(line) > columns - 1)).toEqual([]);
});

const MANY = Array.from({ length: 6 }, (_, index) => buildJob({ name: `job ${index}`, record: thousand }));

test('shows the table only for more than five jobs, and their details with verbose', () => {
  expect(textOf(buildResult(MANY.slice(1)))).toMatch(/job 5 · read[^]*service time/);
  const short = textOf(buildResult(MANY));
  expect(short).not.toMatch(/service time|job 5 · read/);
  expect(short).toMatch(/all jobs[^]*job 0 +1,000[^]*job 5 +1,000[^]*details of each job: --verbose/);
  const long = textOf(buildResult(MANY), { verbose: true });
  expect(long).toMatch(/job 5 · read[^]*service time/);
  expect(long).not.toContain('--verbose');
});

test('counts warnings beyond five', () => {
  const skipping = MANY.map(({ name }) => buildJob({ name, paced: true, record: (recorder) => recorder.skip(1) }));
  const short = textOf(buildResult(skipping));
  expect(short.match(/WARNING/g)).toHaveLength(5);
  expect(short).toContain('         1 more warning: see --verbose, or the reports\n');
  expect(textOf(buildResult(skipping), { verbose: true }).match(/WARNING/g)).toHaveLength(6);
});

test('shows the distribution in rows at equal ratios, with a bar for a single request too', () => {
  const job = buildJob({
    name: 'reads',
    record: (recorder) => {
      for (let n = 0; n < 60; n++) request(recorder, OK, 1);
      for (let n = 0; n < 30; n++) request(recorder, OK, 9);
      request(recorder, OK, 256);
    },
  });
  const lines = textOf(buildResult([job])).split('\n');
  const at = lines.findIndex((line) => /service time +requests$/.test(line));
  expect(lines.slice(at + 1, at + 9)).toEqual([
    '    ≤ 2.00ms               60   65.93%  ██████████████████████████████',
    '    ≤ 4.00ms                0       0%',
    '    ≤ 8.00ms                0       0%',
    '    ≤ 16.0ms               30   32.97%  ███████████████',
    '    ≤ 32.0ms                0       0%',
    '    ≤ 64.0ms                0       0%',
    '    ≤ 130ms                 0       0%',
    '    ≤ 256ms                 1    1.10%  ▌',
  ]);
});

test.each([
  ['stopped', 'canceled', 'shop on http://127.0.0.1:8080: stopped after 42.3s', 'stopped early'],
  ['failed', 'failed', 'shop on http://127.0.0.1:8080: failed after 42.3s', 'failed'],
  ['stopped', 'in_progress', 'shop on http://127.0.0.1:8080: stopped after 42.3s', 'unfinished'],
] as const)('a run that %s with a job %s says so', (end, status, head, word) => {
  const job = buildJob({ name: 'reads', status, record: thousand });
  const result = buildResult([job], { end, reason: 'a load thread\nstopped' });
  const lines = textOf(result, { columns: Infinity }).split('\n');
  expect(lines[1]).toBe(head);
  expect(lines[3]).toBe('a load thread stopped');
  expect(lines).toContain(`reads · read · 10.0s · ${word}`);
});

test('shows that a job sent no requests instead of zeros', () => {
  const jobs = [
    buildJob({ name: 'never', status: 'canceled', elapsedMs: 0 }),
    buildJob({ name: 'warm', status: 'canceled', elapsedMs: 0, recordWarmUp: thousand }),
  ];
  const text = textOf(buildResult(jobs), { columns: Infinity });
  expect(text).toContain('never · read · never started\n  no requests\n');
  expect(text).toContain('warm · read · stopped early\n  no requests beyond the warm-up\n');
  expect(text).toMatch(/never +0 +0 +- +- +- +-\n/);
});

test('colors errors red and warnings yellow', () => {
  const screen = new FakeTerminal().screen(true);
  const bad = renderSummary(DOCUMENT, screen, {}).join('\n');
  expect(bad).toContain('\u001b[31m  errors                    9      18.00%\u001b[39m');
  expect(bad).toContain('\u001b[33mWARNING\u001b[39m  reads');
  const good = renderSummary(toResultDocument(buildResult([WRITES])), screen, {}).join('\n');
  expect(good).not.toMatch(/\[3[13]m/);
  expect(good).toContain('\u001b[32mpassed: no thresholds\u001b[39m');
});

test('writes everything into a file', () => {
  const text = renderSummaryText(toResultDocument(buildResult(MANY)));
  expect(text).toMatch(/^shop on [^]*job 5 · read[^]*service time[^]*passed: no thresholds\n$/);
});

describe('the last lines of a run', () => {
  const FILES = [
    { kind: 'result', path: '/tmp/a b.json', isWritten: true },
    { kind: 'html', path: '/tmp/r.html', isWritten: false },
  ];

  test('are the verdict, the files, and where the metrics and charts are', () => {
    const { screen, text } = fakePipe();
    const summary = new RunSummary(screen, { ownsMetrics: true });
    summary.close(FILES);
    expect(summary.hasBegun).toBe(false);
    expect(text()).toBe('');
    summary.end(buildResult([WRITES], { links: [{ title: 'Grafana dashboard', url: 'http://grafana/d/x' }] }));
    expect(summary.hasBegun).toBe(true);
    expect(text()).not.toContain('passed');
    summary.close(FILES);
    expect(text().slice(text().indexOf('passed'))).toBe(`passed: no thresholds
result   /tmp/a b.json
html     not written: /tmp/r.html
metrics  neither pushed nor served: see --metrics_export_url, --metrics_export_port
charts   http://grafana/d/x
`);
  });

  test('have links in a terminal, and the failure of the command', () => {
    const terminal = new FakeTerminal();
    const summary = new RunSummary(terminal.screen(), {});
    summary.end(RESULT);
    summary.close(FILES, { status: 1, message: 'cannot write the result to /tmp/r.html: no space left' });
    expect(terminal.lines.slice(-6, -3)).toEqual([
      'FAILED (1): cannot write the result to /tmp/r.html: no space left',
      'result   file:///tmp/a%20b.json',
      'html     not written: /tmp/r.html',
    ]);
  });
});
