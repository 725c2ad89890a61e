import type { PageData } from '../../../../src/reports/html/charts/chart.ts';
import { renderHtml } from '../../../../src/reports/html/html.ts';
import type { ResultDocument, ResultTimeline } from '../../../../src/reports/document/result-document.ts';

/** A page and the parts of it that tests ask for. */
export function pageOf(document: ResultDocument) {
  const html = renderHtml(document);
  const data = /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  return {
    html,
    text: html.slice(html.indexOf('<body>'), html.indexOf('<noscript>')),
    data: JSON.parse(data) as PageData,
  };
}

/** The exact numbers of a part of a page, in their order. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/<data value="([^"]*)">/g)].map(([, value]) => Number(value));
}

/** `timelineDocument` of a job that was recorded for four seconds. */
export const TIMELINE: ResultTimeline = {
  at_seconds: [1.001, 2.001, 3.001, 4.002],
  seconds: [1, 1, 1, 1.001],
  requests: [100, 98, 0, 803],
  errors: [0, 0, 0, 2],
  p50_seconds: [0.001, 0.002, null, 0.004],
  p90_seconds: [0.002, 0.003, null, 0.005],
  p99_seconds: [0.003, 0.004, null, 0.006],
  max_seconds: [0.004, 0.005, null, 0.02],
  in_flight: [3, 4, 4, 0],
  lag_p99_seconds: [0.0001, 0.0002, null, 0.0003],
};

/** The same result of jobs that were followed from second to second. */
export function followed(document: ResultDocument, timeline = TIMELINE): ResultDocument {
  return {
    ...document,
    jobs: document.jobs.map((job) => (job.started > 0 ? Object.assign({}, job, { timeline }) : job)),
  };
}
