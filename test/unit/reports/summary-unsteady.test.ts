import { expect, test } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { jobKey } from '../../../src/recorder/snapshot.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { renderLatencies } from '../../../src/reports/terminal/summary-latencies.ts';
import { JobTimelineRecorder } from '../../../src/analysis/job-timeline.ts';
import { fakePipe } from '../../fake-terminal.ts';
import { buildJob, buildResult, request } from '../../snapshot-builder.ts';

/** Latencies in the result of a run of 60 s at 200 requests per second; about `msAt` of each second, within a tenth. */
function linesOf(msAt: (second: number) => number, verbose = true): readonly string[] {
  const at = (second: number) =>
    buildJob({
      name: 'reads',
      status: second === 60 ? 'completed' : 'in_progress',
      elapsedMs: second * 1000,
      record: (recorder) => {
        for (let n = 0; n < second * 200; n++) {
          // Spread by the golden ratio: evenly, and not alike from second to second.
          const spread = 1 + ((n * 0.618_034) % 1) / 10;
          request(recorder, OK, msAt(Math.floor(n / 200)) * spread);
        }
      },
    });
  const recorder = new JobTimelineRecorder();
  for (let second = 1; second <= 60; second++) recorder.update(at(second), second);
  const job = at(60);
  const courses = { [jobKey(job)]: recorder.finish(job) };
  const [document] = toResultDocument(buildResult([job], { courses })).jobs;
  if (document === undefined) throw new Error('the result has no job');
  return renderLatencies(document, fakePipe().screen, verbose);
}

test('explains missing bounds for a run with two levels, one after the other', () => {
  const lines = linesOf((second) => (second < 30 ? 6 : 40));
  expect(lines.find((line) => line.includes('no full interval'))).toMatch(
    /^ {2}no full interval for p50, .*p95.*: latency varied too much during the run$/,
  );
  expect(lines.find((line) => line.includes('95% CI'))).toMatch(/low +- /);
});

test('explains no bounds if the levels alternate often, or are constant', () => {
  for (const lines of [linesOf((second) => (second % 4 < 2 ? 6 : 40)), linesOf(() => 6)]) {
    expect(lines.join('\n')).not.toContain('varied too much');
    expect(lines.find((line) => line.includes('95% CI'))).toMatch(/low +\d/);
  }
});

test('shows no intervals and no explanation without --verbose', () => {
  const lines = linesOf((second) => (second < 30 ? 6 : 40), false).join('\n');
  expect(lines).not.toMatch(/95% CI|no full interval/);
  expect(lines).toMatch(/service time/);
});
