import { expect, test } from 'vitest';
import { createLog, type LogFormat } from '../../../../src/shared/log.ts';
import { failure, OK } from '../../../../src/shared/outcome.ts';
import type { Recorder } from '../../../../src/recorder/recorder.ts';
import type { JobSnapshot } from '../../../../src/recorder/snapshot.ts';
import { loadProgress } from '../../../../src/reports/terminal/progress.ts';
import type { Reporter } from '../../../../src/reports/report.ts';
import type { Terminal } from '../../../../src/reports/terminal/terminal.ts';
import { FakeTerminal, fakePipe } from '../../../fake-terminal.ts';
import { buildJob, buildResult, buildSnapshot, request } from '../../../snapshot-builder.ts';

function requests(count: number): (recorder: Recorder) => void {
  return (recorder) => {
    for (let i = 0; i < count; i++) request(recorder, i === 0 ? failure('timeout') : OK, 1);
  };
}

/** 100 requests a second for 60 s, as seen at a second of its life; before its start at a negative one. */
function readsAt(second: number): JobSnapshot {
  const status = second < 0 ? 'pending' : second >= 60 ? 'completed' : 'in_progress';
  const elapsed = Math.max(0, Math.min(60, second));
  return buildJob({
    name: 'reads',
    uuid: 'u-1',
    status,
    elapsedMs: elapsed * 1000,
    durationMs: 60_000,
    record: requests(elapsed * 100),
  });
}

type MakeReport = (nowMs: () => number) => Promise<Reporter>;

/** Takes a report through a run, one update a second from 0 to `seconds`. */
async function play(seconds: number, make: MakeReport): Promise<void> {
  let nowMs = 0;
  const report = await make(() => nowMs);
  report.begin?.(buildSnapshot([readsAt(-1)]));
  for (let second = 0; second <= seconds; second++) {
    nowMs = second * 1000;
    report.update?.(buildSnapshot([readsAt(second)], nowMs));
  }
  await report.end(buildResult([readsAt(seconds)]));
}

function progressOf(screen: Terminal, logFormat: LogFormat, quiet = false): MakeReport {
  const write = (line: string): void => screen.writeLine(line);
  const log = createLog({ level: 'info', format: logFormat, write, epochMs: () => 0 });
  return async (nowMs) => (await loadProgress({ screen, log, logFormat, quiet, nowMs }))();
}

test('outside of a terminal: prints a line at the start, after a second, every ten seconds, and at the end', async () => {
  const { screen, text } = fakePipe();
  await play(60, progressOf(screen, 'text'));
  expect(
    text()
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(9)),
  ).toEqual([
    'INFO  reads: started (read, 1m00s)',
    'INFO  reads: 1% (1.0s / 1m00s), 100 requests, 100.0/s, p50 1.00ms, p99 1.00ms, 1 error',
    'INFO  reads: 18% (11s / 1m00s), 1,100 requests, 100.0/s, p50 1.00ms, p99 1.00ms, 1 error',
    'INFO  reads: 35% (21s / 1m00s), 2,100 requests, 100.0/s, p50 1.00ms, p99 1.00ms, 1 error',
    'INFO  reads: 51% (31s / 1m00s), 3,100 requests, 100.0/s, p50 1.00ms, p99 1.00ms, 1 error',
    'INFO  reads: 68% (41s / 1m00s), 4,100 requests, 100.0/s, p50 1.00ms, p99 1.00ms, 1 error',
    'INFO  reads: 85% (51s / 1m00s), 5,100 requests, 100.0/s, p50 1.00ms, p99 1.00ms, 1 error',
    'INFO  reads: completed in 1m00s, 6,000 requests, 100.0/s, p50 1.00ms, p99 1.00ms, 1 error',
  ]);
});

test('as JSON: prints one object per line, even in a terminal', async () => {
  const lines: string[] = [];
  const terminal = new FakeTerminal();
  terminal.columns = 1000;
  const screen = terminal.screen();
  screen.redirectLines((line) => lines.push(line));
  await play(2, progressOf(screen, 'json'));
  const common = { time: '1970-01-01T00:00:00.000Z', level: 'info', job: 'reads', job_uuid: 'u-1', job_type: 'read' };
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      ...common,
      message: 'job started',
      status: 'in_progress',
      elapsed_seconds: 0,
      fraction: 0,
      requests: 0,
      errors: 0,
    },
    {
      ...common,
      message: 'progress',
      status: 'in_progress',
      elapsed_seconds: 1,
      fraction: 0.0167,
      requests: 100,
      errors: 1,
      rate: 100,
      p50_seconds: 0.001,
      p99_seconds: 0.001,
    },
  ]);
  expect(terminal.lines).toEqual([]);
});

test('in a terminal: bars', async () => {
  const terminal = new FakeTerminal();
  await play(60, progressOf(terminal.screen(), 'text'));
  expect(terminal.lines).toEqual([
    'job                                     time      rate     p50     p99  errors',
    'reads 6,000 requests                   1m00s   100.0/s  1.00ms  1.00ms       1',
  ]);
});

test('quiet: prints no progress', async () => {
  const terminal = new FakeTerminal();
  const pipe = fakePipe();
  await play(60, progressOf(terminal.screen(), 'text', true));
  await play(60, progressOf(pipe.screen, 'text', true));
  await play(60, progressOf(pipe.screen, 'json', true));
  expect(terminal.lines).toEqual([]);
  expect(pipe.text()).toBe('');
});

test('prints both lines of a job shorter than an interval, and hostile names on one line', async () => {
  const { screen, text } = fakePipe();
  const report = await progressOf(screen, 'text')(() => 0);
  const job = { name: 'a\nb\u001b[2J', operations: 5, durationMs: 1000 };
  report.begin?.(buildSnapshot([buildJob({ ...job, status: 'pending', elapsedMs: 0 })]));
  await report.end(buildResult([buildJob({ ...job, status: 'failed', elapsedMs: 10, record: requests(1) })]));
  expect(
    text()
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(9)),
  ).toEqual([
    String.raw`INFO  a b\u001b[2J: started (read, 5 operations or 1.00s)`,
    String.raw`INFO  a b\u001b[2J: failed in 10.0ms, 1 request, 100.0/s, 1 error`,
  ]);
});

test('combines the lines of more than five jobs, except in JSON', async () => {
  const many = (second: number, count = 6): JobSnapshot[] =>
    Array.from({ length: count }, (_, index) => {
      const job = readsAt(second);
      return { ...job, name: `reads ${index}`, uuid: `u-${index}`, durationMs: 60_000 + index * 1000 };
    });
  const linesOf = async (count: number, format: LogFormat): Promise<string[]> => {
    const { screen, text } = fakePipe();
    let nowMs = 0;
    const report = await progressOf(screen, format)(() => nowMs);
    report.begin?.(buildSnapshot(many(-1, count)));
    for (const second of [0, 1, 11, 60]) {
      nowMs = second * 1000;
      report.update?.(buildSnapshot(many(second, count), nowMs));
    }
    await report.end(buildResult(many(60, count)));
    return text()
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(9));
  };
  expect(await linesOf(6, 'text')).toEqual([
    'INFO  6 jobs started',
    'INFO  6 jobs running, 1% (1.0s / 1m05s), 600 requests, 600.0/s, p99 up to 1.00ms (reads 0), 6 errors',
    'INFO  6 jobs running, 16% (11s / 1m05s), 6,600 requests, 600.0/s, p99 up to 1.00ms (reads 0), 6 errors',
    'INFO  6 jobs over, 36,000 requests, 600.0/s, p99 up to 1.00ms (reads 0), 6 errors',
  ]);
  expect(await linesOf(5, 'text')).toHaveLength(5 * 4);
  expect(await linesOf(6, 'json')).toHaveLength(6 * 4);
});
