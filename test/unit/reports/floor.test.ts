import { expect, test } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { describeFloor } from '../../../src/reports/document/environment-document.ts';
import { renderHtml } from '../../../src/reports/html/html.ts';
import { renderJunit } from '../../../src/reports/formats/junit.ts';
import { renderMarkdown } from '../../../src/reports/formats/markdown.ts';
import { renderSummary } from '../../../src/reports/terminal/summary.ts';
import { fakePipe } from '../../fake-terminal.ts';
import { buildJob, buildResult, request } from '../../snapshot-builder.ts';

const FLOOR = { samples: 200, p50Seconds: 0.00004, p99Seconds: 0.0001 };

const jobOf = (name: string, serviceMs: number, times = 10) =>
  buildJob({
    name,
    record: (recorder) => {
      for (let n = 0; n < times; n++) request(recorder, OK, serviceMs);
    },
  });
const floorIn = (...[jobs, given]: Parameters<typeof buildResult>): string | undefined =>
  renderSummary(toResultDocument(buildResult(jobs, given)), fakePipe().screen, {})
    .find((line) => line.startsWith('floor '))
    ?.slice(9);
const noteOf = (...jobs: ReturnType<typeof jobOf>[]) => floorIn(jobs, { floor: FLOOR });

test('notes latencies below five times the floor, of the fastest job', () => {
  expect(noteOf(jobOf('slow', 20), jobOf('fast', 0.19))).toBe(
    'a loopback request on this machine takes 40µs, a large part of the median 190µs (see loadbot-agent calibrate)',
  );
});

test('does not note other latencies, nor any without a floor', () => {
  expect(noteOf(jobOf('slow', 0.2))).toBeUndefined();
  expect(noteOf(jobOf('one', 0.1, 1))).toBeUndefined();
  expect(noteOf()).toBeUndefined();
  expect(floorIn([jobOf('fast', 0.1)])).toBeUndefined();
});

test('the result file has the floor', () => {
  const document = toResultDocument(buildResult([], { floor: FLOOR }));
  expect(document.floor).toEqual({ samples: 200, p50_seconds: 0.00004, p99_seconds: 0.0001 });
  expect(describeFloor(document.floor)).toBe('p50 40µs, p99 100µs for a request over loopback to its own thread');
  expect(toResultDocument(buildResult([])).floor).toBeNull();
  expect(describeFloor(null)).toBe('not known');
});

test('the floor is unknown in an older file', () => {
  const { floor: _, ...older } = toResultDocument(buildResult([], { floor: FLOOR }));
  expect(parseResultDocument(JSON.stringify(older), 'old.json').floor).toBeNull();
});

test('the floor is in the summary and in the HTML report', () => {
  const document = toResultDocument(buildResult([jobOf('fast', 0.19)], { floor: FLOOR }));
  const lines = renderSummary(document, fakePipe().screen, {});
  expect(lines).toContain(`floor    ${noteOf(jobOf('fast', 0.19))}`);
  expect(renderHtml(document)).toContain(
    '<dt>floor</dt><dd>p50 40µs, p99 100µs for a request over loopback to its own thread</dd>',
  );
});

test('the floor is in Markdown and JUnit if known', () => {
  const document = toResultDocument(buildResult([jobOf('fast', 0.19)], { floor: FLOOR }));
  expect(renderMarkdown(document)).toMatch(
    / · floor p50 40µs, p99 100µs for a request over loopback to its own thread\n$/,
  );
  expect(renderJunit(document)).toContain('<property name="floor_p50_seconds" value="0.00004"/>');
  expect(renderJunit(document)).toContain('<property name="floor_p99_seconds" value="0.0001"/>');
  const unknown = { ...document, floor: null };
  expect(renderMarkdown(unknown)).not.toContain('floor');
  expect(renderJunit(unknown)).not.toContain('floor');
});
