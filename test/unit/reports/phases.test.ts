import { describe, expect, test } from 'vitest';
import { failure, OK } from '../../../src/shared/outcome.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import type { JobSnapshot } from '../../../src/recorder/snapshot.ts';
import { renderMarkdown } from '../../../src/reports/formats/markdown.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { renderSummary } from '../../../src/reports/terminal/summary.ts';
import { widthOf } from '../../../src/reports/terminal/text-width.ts';
import { FakeTerminal } from '../../fake-terminal.ts';
import { buildJob, buildResult, recordTally, request } from '../../snapshot-builder.ts';

/** Requests of 50.01, 50.02, ... milliseconds, the last of which fails. */
const inBackup = (count: number) => (recorder: Recorder) => {
  for (let index = 1; index <= count; index++) {
    request(recorder, index === count ? failure('timeout') : OK, 50 + index / 100);
  }
};

/** A job with 1,000 requests of 10 to 20 ms outside of its backup, and some within. */
function jobOf(inside: (recorder: Recorder) => void): JobSnapshot {
  return buildJob({
    name: 'reads',
    record: (recorder) => {
      for (let index = 1; index <= 1000; index++) request(recorder, OK, 10 + index / 100);
      inside(recorder);
    },
    phases: [
      { name: 'dump_backup', inside: recordTally(inside) },
      { name: 'clone', inside: recordTally(() => {}) },
    ],
  });
}

function linesOf(job: JobSnapshot): readonly string[] {
  const lines = renderSummary(toResultDocument(buildResult([job])), new FakeTerminal().screen(), {});
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(79);
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => /in |otherwise|difference/.test(line) && !/completed|passed/.test(line));
}

const markdownOf = (job: JobSnapshot): string => renderMarkdown(toResultDocument(buildResult([job])));

describe('requests of a job in a phase', () => {
  test('are counted and compared with the others', () => {
    expect(linesOf(jobOf(inBackup(1000)))).toEqual([
      '  in dump_backup        1,000      50.00%  1 error among them',
      '  in dump_backup     55.0ms  55.0ms  59.0ms  59.5ms  59.9ms  60.0ms  60.0ms',
      '    otherwise        15.0ms  15.0ms  19.0ms  19.5ms  19.9ms  20.0ms  20.0ms',
      '    difference              +40.0ms +40.0ms +40.0ms +40.0ms       -',
    ]);
    expect(markdownOf(jobOf(inBackup(1000)))).toContain(
      '| reads | dump\\_backup | 1,000 | 0.10% | 55.0ms | 15.0ms | +40.0ms | 59.9ms | 19.9ms | +40.0ms |',
    );
  });

  test('have no significant difference within the random error', () => {
    const alike = (recorder: Recorder): void => {
      for (let index = 1; index <= 500; index++) request(recorder, OK, 10.05 + index / 50);
    };
    const [, , , difference] = linesOf(jobOf(alike));
    expect(difference).toMatch(/^ {4}difference +noise +noise +noise +noise +-$/);
    expect(markdownOf(jobOf(alike))).toMatch(/\| 15\.\dms \| 15\.0ms \| noise \| \d\d\.\dms \| 19\.9ms \| noise \|/);
  });

  test('are not compared with too few requests', () => {
    expect(linesOf(jobOf(inBackup(50)))[3]).toMatch(/^ {4}difference +\+35\.\dms +\+31\.\dms +\+31\.\dms +- +-$/);
    expect(markdownOf(jobOf(inBackup(50)))).toMatch(/\| 50\.\dms \| 15\.0ms \| \+35\.\dms \| - \| 19\.9ms \| - \|/);
  });

  test('are not shown if none or all are in the phase', () => {
    const never = buildJob({
      name: 'reads',
      record: inBackup(10),
      phases: [{ name: 'clone', inside: recordTally(() => {}) }],
    });
    expect(linesOf(never)).toEqual([]);
    expect(markdownOf(never)).not.toContain('Phases');
    const always = buildJob({
      name: 'reads',
      record: inBackup(10),
      phases: [{ name: 'clone', inside: recordTally(inBackup(10)) }],
    });
    expect(linesOf(always)).toEqual([]);
  });
});
