import { jobKey } from '../../../../src/recorder/snapshot.ts';
import { expect, test } from 'vitest';
import { ABORTED, failure, MISS, OK } from '../../../../src/shared/outcome.ts';
import type { Recorder } from '../../../../src/recorder/recorder.ts';
import type { RunResult } from '../../../../src/reports/report.ts';
import { renderSummary, summaryReport } from '../../../../src/reports/terminal/summary.ts';
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

test('the summary in a terminal of 80 columns, figure by figure', () => {
  const lines = renderSummary(RESULT, new FakeTerminal().screen());
  expect(lines.join('\n')).toBe(`
shop on http://127.0.0.1:8080: completed in 42.3s
agent agent-1 · 2 threads · seed 42 · run run-1

writes · write · 50 connections · 4.00s
  requests              1,000     250.0/s
  errors                    0          0%
  sent               1000 KiB   250 KiB/s
  received           3.00 MiB   768 KiB/s
                          p50       p90       p95       p99     p99.9       max
  service time          500µs     900µs     950µs     990µs     999µs    1.00ms

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
                          p50       p90       p95       p99     p99.9       max
  service time         2.00ms     1.00s     1.00s         -         -     1.00s
  response time        2.00ms     1.10s     1.10s         -         -     1.10s
  schedule lag            0µs     100ms     100ms         -         -     100ms
  p99 and p99.9: not determinable from 50 requests

all jobs                  requests   errors        rate     p50     p99     max
writes                       1,000        0     250.0/s   500µs   990µs  1.00ms
reads                           50        9      5.00/s  2.00ms       -   1.10s
total                        1,050        9
latencies: response time of paced jobs, service time of the others

metrics  http://127.0.0.1:9090/metrics: 1,234 samples delivered
metrics  http://victoria-metrics:8428/api/v1/import/prometheus: 5,678 samples
         delivered, 12 undelivered

WARNING  reads: 8 of 60 requests that were due (13.33%) were never started
         every connection was busy: the target was too slow for the rate, or
         there are too few connections

WARNING  reads: 2 requests had no answer when the job ended
         they were cut off and are in no rate and no percentile, so the slowest
         answers may be missing there

WARNING  metrics: 12 samples did not arrive at
         http://victoria-metrics:8428/api/v1/import/prometheus: HTTP 503
         charts of this run have a gap; this result is complete
`);
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(79);
});

test('cuts and wraps no text in a pipe', () => {
  const { screen, text } = fakePipe();
  void summaryReport(screen).end(RESULT);
  expect(text()).toContain(
    '    status_5xx              3       6.00%  HTTP 503: {"error":"the primary is being elected, please wait"}\n',
  );
  expect(text()).toContain('import/prometheus: 5,678 samples delivered, 12 undelivered\n');
  expect(text().endsWith('is complete\n\n')).toBe(true);
});

test('shows no table for one job, and how to export metrics if none are', () => {
  const text = renderSummary(buildResult([WRITES]), fakePipe().screen).join('\n');
  expect(text).not.toContain('all jobs');
  expect(text).toContain('metrics  neither pushed nor served: see metrics_export_url, metrics_export_port');
  expect(text).not.toContain('WARNING');
  // The metrics of an agent that lives on are its own affair.
  expect(renderSummary(buildResult([WRITES]), fakePipe().screen, false).join('\n')).not.toContain('metrics');
});

test('reports undetermined percentiles in one sentence', () => {
  const few = buildJob({ name: 'few', record: (recorder) => request(recorder, OK, 1) });
  const text = renderSummary(buildResult([few]), fakePipe().screen).join('\n');
  expect(text).toContain('  p50, p90, p95, p99 and p99.9: not determinable from 1 request\n');
});

test('omits percentiles in a narrow terminal, never the maximum, and no line is too long', () => {
  const terminal = new FakeTerminal();
  terminal.columns = 60;
  const lines = renderSummary(buildResult([WRITES]), terminal.screen());
  expect(lines).toContain('                          p50       p99     p99.9       max');
  expect(lines).toContain('  service time          500µs     990µs     999µs    1.00ms');
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(59);
});

test.each([
  ['stopped', 'canceled', 'shop on http://127.0.0.1:8080: stopped after 42.3s', 'stopped early'],
  ['failed', 'failed', 'shop on http://127.0.0.1:8080: failed after 42.3s', 'failed'],
  ['stopped', 'in_progress', 'shop on http://127.0.0.1:8080: stopped after 42.3s', 'unfinished'],
] as const)('a run that %s with a job %s says so', (end, status, head, word) => {
  const job = buildJob({ name: 'reads', status, record: thousand });
  const lines = renderSummary(buildResult([job], { end, reason: 'a load thread\nstopped' }), fakePipe().screen);
  expect(lines[1]).toBe(head);
  expect(lines[3]).toBe('a load thread stopped');
  expect(lines).toContain(`reads · read · 10.0s · ${word}`);
});

test('shows that a job sent no requests instead of zeros', () => {
  const jobs = [
    buildJob({ name: 'never', status: 'canceled', elapsedMs: 0 }),
    buildJob({ name: 'warm', status: 'canceled', elapsedMs: 0, recordWarmUp: thousand }),
  ];
  const text = renderSummary(buildResult(jobs), fakePipe().screen).join('\n');
  expect(text).toContain('never · read · never started\n  no requests\n');
  expect(text).toContain('warm · read · stopped early\n  no requests beyond the warm-up\n');
  expect(text).toMatch(/never {20,}0 +0 +- +- +- +-\n/);
});

test('colors errors red and warnings yellow', () => {
  const screen = new FakeTerminal().screen(true);
  const bad = renderSummary(RESULT, screen).join('\n');
  expect(bad).toContain('\u001b[31m  errors                    9      18.00%\u001b[39m');
  expect(bad).toContain('\u001b[33mWARNING\u001b[39m  reads');
  expect(renderSummary(buildResult([WRITES]), screen).join('\n')).not.toMatch(/\[3[13]m/);
});
