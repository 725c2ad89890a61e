import { expect, test } from 'vitest';
import {
  buildResultInSteps,
  type ResultDocument,
  toResultDocument,
} from '../../../../src/reports/document/result-document.ts';
import { renderHtml, renderHtmlInSteps } from '../../../../src/reports/html/html.ts';
import { buildJob, buildResult, request } from '../../../snapshot-builder.ts';
import { OK } from '../../../../src/shared/outcome.ts';
import { TIMELINE } from './page.ts';

const [JOBS, SOURCES] = [30, 6];
/** Lines of the charts of all jobs. */
const MOST_LINES = 8;

const RESULT = buildResult(
  Array.from({ length: JOBS }, (_, number) =>
    buildJob({ name: `job-${number}`, record: (recorder) => request(recorder, OK, number + 1) }),
  ),
);

/** A result with a timeline of each job, and with sources. */
function largeDocument(): ResultDocument {
  const document = toResultDocument(RESULT);
  const sources = Array.from({ length: SOURCES }, (_, number): ResultDocument['sources'][number] => ({
    name: `source-${number}`,
    url: 'http://127.0.0.1:1/metrics',
    profile: null,
    interval_seconds: 1,
    calls: 2,
    failures: 0,
    bad_lines: 0,
    series: [
      {
        name: 'load',
        type: 'gauge',
        labels: {},
        points: [
          [0, 1],
          [1, 2],
        ],
      },
    ],
  }));
  return { ...document, jobs: document.jobs.map((job) => Object.assign({}, job, { timeline: TIMELINE })), sources };
}

/** The same document, which calls back when something long of it is read. */
function watched(document: ResultDocument, onRead: (what: string) => void): ResultDocument {
  const watch = <T extends object>(target: T, key: keyof T, what: string): T =>
    new Proxy(target, {
      get(object, name) {
        if (name === key) onRead(what);
        return Reflect.get(object, name) as unknown;
      },
    });
  return {
    ...document,
    jobs: document.jobs.map((job) =>
      Object.assign({}, job, {
        service_time: watch(job.service_time, 'hdr', `histogram of ${job.name}`),
        timeline: watch(watch(job.timeline, 'p99_seconds', `p99 of ${job.name}`), 'p50_seconds', `p50 of ${job.name}`),
      }),
    ),
    sources: document.sources.map((source) =>
      Object.assign({}, source, {
        series: source.series.map((one) => watch(one, 'points', `points of ${source.name}`)),
      }),
    ),
  };
}

test('a step of a page reads the values of one job or one source, and those of the busiest jobs in one step', () => {
  const steps: Set<string>[] = [new Set()];
  const document = largeDocument();
  const rendering = renderHtmlInSteps(watched(document, (what) => steps.at(-1)?.add(what)));
  for (;;) {
    const { done, value } = rendering.next();
    if (done === true) {
      expect(value).toBe(renderHtml(document));
      break;
    }
    steps.push(new Set());
  }
  const [overview, ...others] = steps;
  expect(overview?.size).toBe(MOST_LINES);
  const subjects = others.map((read) => [...new Set([...read].map((what) => what.split(' of ')[1]))]);
  expect(Math.max(...subjects.map((names) => names.length))).toBe(1);
  const named = (count: number, kind: string): string[] => Array.from({ length: count }, (_, n) => `${kind}-${n}`);
  expect(subjects.flat()).toEqual([...named(JOBS, 'job'), ...named(SOURCES, 'source')]);
  expect(others.filter((read) => [...read].some((what) => what.startsWith('histogram')))).toHaveLength(JOBS);
});

test('a step of a result document is that of one job', () => {
  const building = buildResultInSteps(RESULT);
  let steps = 0;
  for (;;) {
    const { done, value } = building.next();
    if (done === true) {
      expect(value).toEqual(toResultDocument(RESULT));
      break;
    }
    steps++;
  }
  expect(steps).toBe(JOBS);
});
