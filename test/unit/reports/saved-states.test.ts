import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { jsonReport } from '../../../src/reports/formats/json.ts';
import type { Output } from '../../../src/reports/output/output.ts';
import { openOutput } from '../../../src/reports/output/output.ts';
import type { PartialRunResult } from '../../../src/reports/report.ts';
import { jobKey } from '../../../src/recorder/snapshot.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { type ResultDocument, toResultDocument } from '../../../src/reports/document/result-document.ts';
import { JobTimelineRecorder } from '../../../src/analysis/job-timeline.ts';
import { buildJob, buildResult, request } from '../../snapshot-builder.ts';

const JOB = buildJob({
  name: 'reads',
  status: 'in_progress',
  record: (recorder) => {
    for (let micros = 1; micros <= 100; micros++) request(recorder, OK, micros / 1000, 0);
  },
});

function stateAt(seconds: number, jobs = [JOB]): PartialRunResult {
  const result = buildResult(jobs);
  const courses = new JobTimelineRecorder();
  for (let at = 1; at <= seconds; at++) courses.update({ ...JOB, elapsedMs: at * 1000, endedEpochMs: undefined }, at);
  return {
    ...result,
    end: 'in_progress',
    partial: true,
    endedEpochMs: result.startedEpochMs + seconds * 1000,
    courses: { [jobKey(JOB)]: courses.readPartial() },
  };
}

let path: string;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'saved-states-'));
  path = join(directory, 'result.json');
});
afterEach(() => rm(directory, { recursive: true }));

async function read(): Promise<ResultDocument> {
  return parseResultDocument(await readFile(path, 'utf8'), path);
}

async function open(warnings: string[] = []) {
  return jsonReport(await openOutput(path, () => expect.unreachable()), (message) => warnings.push(message));
}

test('replaces the file of an earlier run before the load, and writes each saved state with its timeline', async () => {
  await writeFile(path, '{"kind":"loadbot_result","end":"completed"}');
  const report = await open();
  await report.save?.(() => stateAt(0, []), true);
  expect(await read()).toMatchObject({ partial: true, end: 'in_progress', jobs: [] });
  for (const seconds of [3, 5]) {
    const state = stateAt(seconds);
    await report.save?.(() => state, true);
    // The same document as the one of the end, but for what takes too long each second.
    expect(await read()).toEqual(JSON.parse(JSON.stringify(toResultDocument(state))));
    expect((await read()).jobs[0]?.timeline.at_seconds).toHaveLength(seconds);
  }
  await report.end(buildResult([JOB]));
  expect(await read()).toMatchObject({ partial: false, end: 'completed' });
});

test('a timeline that grows is appended to, also after it was downsampled', async () => {
  const report = await open();
  const courses = new JobTimelineRecorder();
  let at = 0;
  for (const seconds of [1, 300, 3600, 3601, 4000]) {
    for (; at < seconds; at++) courses.update({ ...JOB, elapsedMs: (at + 1) * 1000, endedEpochMs: undefined }, at + 1);
    const state = { ...stateAt(0), courses: { [jobKey(JOB)]: courses.readPartial() } };
    await report.save?.(() => state, true);
    expect(await read()).toEqual(JSON.parse(JSON.stringify(toResultDocument(state))));
  }
  // 1800 of two seconds each, and those since.
  expect((await read()).jobs[0]?.timeline.at_seconds).toHaveLength(2000);
});

test('saves at most one state in 0.8 s, unless one is due', async () => {
  const report = await open();
  let reads = 0;
  const state = (): PartialRunResult => {
    reads++;
    return stateAt(1);
  };
  await report.save?.(state, true);
  await report.save?.(state, false);
  expect(reads).toBe(1);
  await report.save?.(state, true);
  expect(reads).toBe(2);
});

test('a state is saved each 0.8 s, until four in a row have taken more than 2 % of that time', async () => {
  const report = await open();
  let [nowMs, cpuMs] = [0, 0];
  const clocks = [
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs),
    vi.spyOn(process, 'cpuUsage').mockImplementation((before) => ({
      user: cpuMs * 1000 - (before?.user ?? 0),
      system: 0,
    })),
  ];
  onTestFinished(() => clocks.forEach((clock) => clock.mockRestore()));
  /** Whether a state is saved at a time, if it takes so long. */
  const isSavedAt = async (ms: number, tookMs: number, computedMs = tookMs): Promise<boolean> => {
    nowMs = ms;
    await report.save?.(() => {
      nowMs += tookMs;
      cpuMs += computedMs;
      return stateAt(1);
    }, false);
    return nowMs > ms;
  };
  // The first states are slow, and others wait for a processor, or compete with load threads for it.
  const took = [
    [100, 100],
    [100, 100],
    [100, 100],
    [10, 20],
    [100, 5],
    [100, 100],
    [100, 100],
    [100, 100],
  ] as const;
  for (const [number, [tookMs, computedMs]] of took.entries())
    expect(await isSavedAt(number * 800, tookMs, computedMs), `${number}`).toBe(true);
  expect(await isSavedAt(8 * 800, 90)).toBe(true);
  // Now the least work of four was 90 ms, which is 2 % of 4.5 s.
  expect(await isSavedAt(8 * 800 + 4499, 1)).toBe(false);
  expect(await isSavedAt(8 * 800 + 4500, 1)).toBe(true);
  expect(await isSavedAt(8 * 800 + 4500 + 800, 1)).toBe(true);
});

test('a job that has ended is encoded once, and again when the last row of its timeline comes', async () => {
  const report = await open();
  const state = stateAt(2);
  const over = { ...JOB, status: 'completed', endedEpochMs: state.startedEpochMs + 2000 } as const;
  await report.save?.(() => ({ ...state, final: { ...state.final, jobs: [over] } }), true);
  const renamed = { ...over, name: 'was not encoded again' };
  const same = { ...state, final: { ...state.final, jobs: [renamed] } };
  await report.save?.(() => same, true);
  expect((await read()).jobs[0]?.name).toBe('reads');
  await report.save?.(() => ({ ...stateAt(3), final: same.final }), true);
  expect((await read()).jobs[0]?.name).toBe('was not encoded again');
});

test('keeps the last state when the disk is full, and reports it', async () => {
  const warnings: string[] = [];
  const output = await openOutput(path, () => expect.unreachable());
  const full: Output = { ...output, write: () => Promise.reject(new Error('cannot write: no space left')) };
  let current = output;
  const switching: Output = { ...output, write: (text) => current.write(text) };
  const report = jsonReport(switching, (message) => warnings.push(message));
  await report.save?.(() => stateAt(2), true);
  current = full;
  for (let failures = 0; failures < 3; failures++) await report.save?.(() => stateAt(3), true);
  const held = 'the file contains the partial result of 2026-01-02T03:04:07.000Z';
  expect(warnings).toEqual([`cannot write: no space left; ${held}; will retry`]);
  await expect(report.end(buildResult([JOB]))).rejects.toThrow(`cannot write: no space left; ${held}`);
  expect(await read()).toMatchObject({ partial: true, ended_at: '2026-01-02T03:04:07.000Z' });
});

test('a pipe gets the final result alone', async () => {
  let out = '';
  const report = jsonReport(await openOutput('-', (text) => void (out += text)), () => expect.unreachable());
  await report.save?.(() => expect.unreachable(), true);
  await report.end(buildResult([JOB]));
  expect(parseResultDocument(out, '-').partial).toBe(false);
});
