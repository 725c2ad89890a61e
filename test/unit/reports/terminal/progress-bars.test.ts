import { expect, test } from 'vitest';
import { failure, OK } from '../../../../src/shared/outcome.ts';
import type { Recorder } from '../../../../src/recorder/recorder.ts';
import type { JobSnapshot } from '../../../../src/recorder/snapshot.ts';
import { progressBars } from '../../../../src/reports/terminal/progress-bars.ts';
import { FakeTerminal } from '../../../fake-terminal.ts';
import { buildJob, buildResult, buildSnapshot, request } from '../../../snapshot-builder.ts';

const TITLES = 'job                                     time      rate     p50     p99  errors';

function requests(count: number, failures = 0): (recorder: Recorder) => void {
  return (recorder) => {
    for (let i = 0; i < count; i++) request(recorder, i < failures ? failure('reset') : OK, 1);
  };
}

function writes(status: JobSnapshot['status'], elapsedMs: number, count: number): JobSnapshot {
  return buildJob({ name: 'writes', type: 'write', status, elapsedMs, operations: 1000, record: requests(count) });
}

function reads(status: JobSnapshot['status'], elapsedMs: number, count: number, failures = 0): JobSnapshot {
  return buildJob({ name: 'reads', status, elapsedMs, durationMs: 10_000, record: requests(count, failures) });
}

test('shows a live row for running jobs, a permanent one for ended jobs, none for pending jobs', () => {
  const terminal = new FakeTerminal();
  const report = progressBars(terminal.screen());
  report.begin?.(buildSnapshot([writes('pending', 0, 0), reads('pending', 0, 0)]));
  expect(terminal.lines).toEqual([TITLES]);

  report.update?.(buildSnapshot([writes('in_progress', 1000, 250), reads('pending', 0, 0)]));
  expect(terminal.lines).toEqual([
    TITLES,
    'writes ███░░░░░░░░░░░░    25%     1.0s / ~4s   250.0/s  1.00ms  1.00ms       0',
  ]);

  report.update?.(buildSnapshot([writes('in_progress', 2000, 750), reads('pending', 0, 0)]));
  expect(terminal.lines).toEqual([
    TITLES,
    'writes ███████████░░░░    75%   2.0s / ~2.7s   500.0/s  1.00ms  1.00ms       0',
  ]);

  report.update?.(buildSnapshot([writes('completed', 2500, 1000), reads('in_progress', 500, 100, 7)]));
  expect(terminal.lines).toEqual([
    TITLES,
    'writes 1,000 requests                  2.50s   400.0/s  1.00ms  1.00ms       0',
    'reads  ░░░░░░░░░░░░░░░     5%     0.5s / 10s   200.0/s  1.00ms  1.00ms       7',
  ]);

  const jobs = [writes('completed', 2500, 1000), reads('canceled', 5000, 1000, 7)];
  report.update?.(buildSnapshot(jobs));
  void report.end(buildResult(jobs));
  expect(terminal.lines).toEqual([
    TITLES,
    'writes 1,000 requests                  2.50s   400.0/s  1.00ms  1.00ms       0',
    'reads  canceled, 1,000                 5.00s   200.0/s  1.00ms  1.00ms       7',
  ]);
});

test('prints other lines above the live rows', () => {
  const terminal = new FakeTerminal();
  const screen = terminal.screen();
  const report = progressBars(screen);
  const jobs = [writes('in_progress', 1000, 250), reads('in_progress', 5000, 100)];
  report.begin?.(buildSnapshot(jobs));
  screen.writeLine('a line about something that matters');
  screen.writeLine('short');
  expect(terminal.lines).toEqual([
    TITLES,
    'a line about something that matters',
    'short',
    'writes ███░░░░░░░░░░░░    25%     1.0s / ~4s   250.0/s  1.00ms  1.00ms       0',
    'reads  ███████░░░░░░░░    50%     5.0s / 10s    20.0/s  1.00ms  1.00ms       0',
  ]);
  void report.end(buildResult(jobs));
  screen.writeLine('the summary');
  expect(terminal.lines).toEqual([TITLES, 'a line about something that matters', 'short', 'the summary']);
});

test('shows text instead of a bar for a warm-up and a job without a limit', () => {
  const terminal = new FakeTerminal();
  const report = progressBars(terminal.screen());
  const jobs = [
    buildJob({ name: 'warm', status: 'warm_up', elapsedMs: 0, recordWarmUp: requests(10), durationMs: 1000 }),
    buildJob({ name: 'endless', status: 'in_progress', elapsedMs: 725_000, record: requests(10) }),
  ];
  report.begin?.(buildSnapshot(jobs));
  expect(terminal.lines.slice(1)).toEqual([
    'warm    warming up                                   -  1.00ms  1.00ms       0',
    'endless until stopped                 12m05s    0.01/s  1.00ms  1.00ms       0',
  ]);
  void report.end(buildResult(jobs));
});

test.each([40, 60, 80, 120])('at %d columns no line is too long, and names are cut, not numbers', (columns) => {
  const terminal = new FakeTerminal();
  terminal.columns = columns;
  const report = progressBars(terminal.screen());
  const name = 'a very long name of a job that few people would write by hand, such as this one';
  const jobs = ['a', 'b'].map((end) =>
    buildJob({ name: `${name} ${end}`, status: 'in_progress', durationMs: 20_000, record: requests(100, 3) }),
  );
  report.begin?.(buildSnapshot(jobs));
  const [other = '', row = ''] = terminal.lines.slice(-2);
  expect(row).toMatch(/^a ver.*….* b /);
  expect(other).toMatch(/^a ver.*….* a /);
  expect(row).toContain('50%');
  expect(row).toMatch(/ 3$/);
  if (columns >= 60) expect(row).toContain('10s / 20s    10.0/s');
  if (columns >= 80) expect(row).toContain('1.00ms  1.00ms');
  void report.end(buildResult(jobs));
});

test('adapts rows to the size of the terminal', () => {
  const terminal = new FakeTerminal();
  const report = progressBars(terminal.screen());
  report.begin?.(buildSnapshot([reads('in_progress', 1000, 10)]));
  terminal.columns = 110;
  report.update?.(buildSnapshot([reads('in_progress', 2000, 20)]));
  expect(terminal.lines.at(-1)).toHaveLength(94);
  void report.end(buildResult([]));
});

test('counts running jobs beyond the height of the terminal', () => {
  const terminal = new FakeTerminal();
  terminal.rows = 10;
  const report = progressBars(terminal.screen());
  const jobs = Array.from({ length: 20 }, (_, index) => buildJob({ name: `job ${index}`, status: 'in_progress' }));
  report.begin?.(buildSnapshot(jobs));
  expect(terminal.lines).toHaveLength(7);
  expect(terminal.lines.at(-1)).toBe('and 15 more');
  void report.end(buildResult(jobs));
});

test('colors only errors red', () => {
  let written = '';
  const terminal = new FakeTerminal();
  const screen = terminal.screen(true);
  const write = screen.write.bind(screen);
  screen.write = (text) => {
    written += text;
    write(text);
  };
  const report = progressBars(screen);
  const jobs = [reads('in_progress', 1000, 10, 4)];
  report.begin?.(buildSnapshot(jobs));
  expect(written).toContain('\u001b[31m       4\u001b[39m');
  expect(written.split('\u001b[31m')).toHaveLength(2);
  expect(terminal.lines.at(-1)).toMatch(/ 4$/);
  void report.end(buildResult(jobs));
});
