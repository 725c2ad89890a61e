import { jobKey } from '../../../../src/recorder/snapshot.ts';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoadbotError } from '../../../../src/shared/errors.ts';
import { ERROR_CLASSES, failure, MISS, OK } from '../../../../src/shared/outcome.ts';
import type { Recorder } from '../../../../src/recorder/recorder.ts';
import { jsonReport } from '../../../../src/reports/formats/json.ts';
import { openOutput } from '../../../../src/reports/output/output.ts';
import type { Reporter } from '../../../../src/reports/report.ts';
import { parseResultDocument } from '../../../../src/reports/document/parse-result-document.ts';
import { toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { BOUNDS, buildJob, buildResult, request } from '../../../snapshot-builder.ts';

const READS = buildJob({
  name: 'reads',
  paced: true,
  durationMs: 10_000,
  recordWarmUp: (recorder) => request(recorder, OK, 1, 0),
  record: (recorder: Recorder) => {
    for (let micros = 1; micros <= 1000; micros++) request(recorder, OK, micros / 1000, 2);
    request(recorder, MISS, 5, 0);
    request(recorder, failure('tls'), 20_000, 0);
    recorder.start();
    recorder.skip(7);
    recorder.traffic(10, 20);
  },
});
const IDLE = buildJob({ name: 'idle', status: 'canceled', elapsedMs: 0 });
const RESULT = buildResult([READS, IDLE], {
  planned: { [jobKey(READS)]: 1010 },
  paces: { [jobKey(READS)]: 100 },
  connections: { [READS.uuid]: 4 },
  failures: [{ job: 'reads', uuid: 'uuid-of-reads', errorClass: 'tls', message: 'certificate has expired' }],
  deliveries: [{ target: 'http://vm', deliveredSamples: 5, undeliveredSamples: 2, lastError: 'HTTP 503' }],
});

async function openJsonReport(path: string, writeOut: (text: string) => void): Promise<Reporter> {
  return jsonReport(await openOutput(path, writeOut), () => expect.unreachable());
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'json-report-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('the document describes the run', () => {
  const { jobs, warnings, ...run } = toResultDocument(RESULT);
  expect(run).toEqual({
    changes: [],
    verdict: 'passed',
    exit_status: 0,
    kind: 'loadbot_result',
    schema_version: 1,
    run_id: 'run-1',
    workload: 'shop',
    agent: 'agent-1',
    target: 'http://127.0.0.1:8080',
    threads: 2,
    agents: [],
    seed: 42,
    versions: { 'loadbot-agent': '0.1.0', node: '20.20.2' },
    environment: {
      cpu_model: 'Test 3000',
      cpus: 4,
      cpu_limit: null,
      memory_bytes: 8_589_934_592,
      memory_limit_bytes: null,
      system: 'Test OS 12',
      kernel: 'Linux 6.1.0',
      arch: 'x64',
      node: 'v20.20.2',
    },
    links: [],
    workload_as_run: { connection_string: 'http://127.0.0.1:8080', jobs: [] },
    started_at: '2026-01-02T03:04:05.000Z',
    ended_at: '2026-01-02T03:04:47.300Z',
    elapsed_seconds: 42.3,
    end: 'completed',
    partial: false,
    reason: null,
    phases: [],
    waits: [],
    sources: [],
    thresholds: [],
    validity: expect.objectContaining({ valid: true, findings: [] }),
    failures: [{ job: 'reads', job_uuid: 'uuid-of-reads', class: 'tls', message: 'certificate has expired' }],
    floor: null,
    deliveries: [{ target: 'http://vm', delivered_samples: 5, undelivered_samples: 2, last_error: 'HTTP 503' }],
  });
  expect(jobs).toHaveLength(2);
  expect(warnings.map(({ subject }) => subject)).toEqual(['reads', 'metrics']);
});

test('has every number of a job', () => {
  const job = toResultDocument(RESULT).jobs[0]!; // there are two
  const { service_time: service, response_time: response, schedule_lag: lag, warm_up: warmUp, ...rest } = job;
  const { timeline: _, confidence: __, ...counts } = rest;
  const noErrors = Object.fromEntries(ERROR_CLASSES.map((errorClass) => [errorClass, 0]));
  expect(counts).toEqual({
    paused_seconds: 0,
    responses_by_status: null,
    metrics: {},
    name: 'reads',
    uuid: 'uuid-of-reads',
    type: 'read',
    step: null,
    status: 'completed',
    connections: 4,
    limits: { duration_seconds: 10, operations: null },
    elapsed_seconds: 10,
    pace: 100,
    planned: 1010,
    started: 1003,
    requests: 1002,
    ok: 1000,
    miss: 1,
    errors: 1,
    errors_by_detail: {},
    failed_checks: {},
    retries: 0,
    before_failures: 0,
    phases: [],
    drift: null,
    errors_by_class: { ...noErrors, tls: 1 },
    aborted: 0,
    in_flight: 1,
    skipped: 7,
    sent_bytes: 10,
    received_bytes: 20,
    rate: 100.2,
  });
  expect(service).toMatchObject({ count: 1002, max_seconds: 20 });
  // 1 + 2 + ... + 1000 µs, then 5 ms and 20 s.
  expect(service.sum_seconds).toBeCloseTo(0.5005 + 0.005 + 20, 9);
  expect(service.mean_seconds).toBeCloseTo(20.5055 / 1002, 12);
  expect(service.percentiles_seconds).toMatchObject({ p50: 0.000501, p90: 0.000902, p99: 0.000992 });
  // Within a slot, 1/1024, of the recorded value.
  expect(service.percentiles_seconds.p99_99).toBeCloseTo(20, 1);
  expect(service.buckets).toEqual(
    [...BOUNDS.map(String), '+Inf'].map((le, index) => ({
      le,
      count: [500, 1000, 1000, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1002][index],
    })),
  );
  expect(response?.count).toBe(1002);
  expect(response?.percentiles_seconds.p50).toBeCloseTo(0.0025, 5);
  expect(lag).toMatchObject({ count: 1002, max_seconds: 0.002 });
  expect(warmUp).toMatchObject({ requests: 1, started: 1, errors: 0 });
});

test('its encoded histogram is readable by any HdrHistogram', () => {
  const { hdr } = toResultDocument(RESULT).jobs[0]!.service_time; // there are two
  const decoded = decodeFromCompressedBase64(hdr, 64);
  expect(decoded.totalCount).toBe(1002);
  expect([50, 90, 99].map((percent) => decoded.getValueAtPercentile(percent))).toEqual([501, 902, 992]);
});

test('has null instead of infinity for a job without requests', () => {
  const job = toResultDocument(RESULT).jobs[1]!; // there are two
  expect(job).toMatchObject({
    requests: 0,
    rate: null,
    connections: null,
    pace: null,
    planned: null,
    limits: { duration_seconds: null, operations: null },
    response_time: null,
    warm_up: null,
    service_time: {
      count: 0,
      sum_seconds: 0,
      mean_seconds: null,
      max_seconds: null,
      percentiles_seconds: { p50: null },
    },
  });
  // JSON turns NaN and infinities into null; none was left.
  expect(JSON.parse(JSON.stringify(toResultDocument(RESULT)))).toEqual(toResultDocument(RESULT));
});

test('replaces an older file atomically, and reads back the same', async () => {
  const path = join(directory, 'result.json');
  await writeFile(path, 'old');
  const report = await openJsonReport(path, () => expect.unreachable());
  expect(await readFile(path, 'utf8')).toBe('old');
  await report.end(RESULT);
  expect(parseResultDocument(await readFile(path, 'utf8'), path)).toEqual(toResultDocument(RESULT));
  expect(await readdir(directory)).toEqual(['result.json']);
});

test('keeps a link and replaces its target', async () => {
  const [path, link] = [join(directory, 'result.json'), join(directory, 'latest.json')];
  await writeFile(path, 'old');
  await symlink('result.json', link);
  await (await openJsonReport(link, () => expect.unreachable())).end(RESULT);
  expect(await readFile(path, 'utf8')).toContain('"kind": "loadbot_result"');
  expect((await readdir(directory)).toSorted()).toEqual(['latest.json', 'result.json']);
});

test('writes to a device without replacing it', async () => {
  const report = await openJsonReport('/dev/null', () => expect.unreachable());
  await expect(report.end(RESULT)).resolves.toBeUndefined();
});

test('- is standard output', async () => {
  let written = '';
  const report = await openJsonReport('-', (text) => {
    written += text;
  });
  await report.end(RESULT);
  expect(parseResultDocument(written, '-').run_id).toBe('run-1');
  expect(written.endsWith('}\n')).toBe(true);
});

test('refuses an unwritable path before the load, with its name', async () => {
  const missing = join(directory, 'none', 'result.json');
  await expect(openJsonReport(missing, () => {})).rejects.toMatchObject({
    name: 'LoadbotError',
    code: 'config_invalid',
    message: `cannot write the result to ${missing}: the directory ${join(directory, 'none')} does not exist`,
  });
  await expect(openJsonReport(directory, () => {})).rejects.toThrow(`${directory}: it is a directory`);
});

test('reports a directory that was removed during the run with its path, without a stack', async () => {
  const inner = await mkdtemp(join(directory, 'inner-'));
  const path = join(inner, 'result.json');
  const report = await openJsonReport(path, () => {});
  await rm(inner, { recursive: true });
  await expect(report.end(RESULT)).rejects.toThrow(LoadbotError);
  await expect(report.end(RESULT)).rejects.toThrow(`cannot write the result to ${path}`);
});

test.each([
  ['{"kind":', 'r.json is not JSON'],
  ['null', 'r.json is not a result of loadbot-agent'],
  ['{"kind":"other"}', 'r.json is not a result of loadbot-agent'],
  ['{"kind":"loadbot_result","schema_version":2}', 'r.json has schema_version 2, not 1'],
])('%s is refused: %s', (text, message) => {
  expect(() => parseResultDocument(text, 'r.json')).toThrow(message);
  expect(() => parseResultDocument(text, 'r.json')).toThrow(LoadbotError);
});

test('encodes the distribution of an ended job once, however often its result is built', () => {
  const [first, second] = [toResultDocument(RESULT), toResultDocument(RESULT)];
  expect(first.jobs[0]?.service_time).toBe(second.jobs[0]?.service_time);
  expect(first.jobs[0]?.service_time).toMatchObject({ count: 1002 });
  expect(first.jobs[0]?.service_time.hdr).not.toBe(first.jobs[1]?.service_time.hdr);
});
