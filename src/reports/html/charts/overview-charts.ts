import type { ResultDocument, ResultJob, ResultTimeline } from '../../document/result-document.ts';
import { isFollowed, perSecond, timelineOf } from './timeline.ts';
import { countsIterations } from '../../../shared/job-type.ts';
import { jobTitle } from '../../phrases/notes.ts';
import { markup, type Markup } from '../markup.ts';
import { seriesColor, type Line, spansDecades } from './chart.ts';
import type { PageCharts } from './page-charts.ts';

/** Maximum number of distinguishable lines. */
const MAX_LINES = 8;

/** Renders rate and p99 of all jobs on one time axis, which shows concurrent jobs. */
export function overviewCharts({ jobs }: ResultDocument, page: PageCharts): Markup | undefined {
  const followed = jobs.filter(isFollowed);
  if (followed.length < 2) return undefined;
  const busiest = new Set(followed.toSorted((a, b) => b.requests - a.requests).slice(0, MAX_LINES));
  const shown = followed.flatMap((job): (readonly [job: ResultJob, timeline: ResultTimeline])[] => {
    const timeline = busiest.has(job) ? timelineOf(job) : undefined;
    return timeline === undefined ? [] : [[job, timeline]];
  });
  const along = [...new Set(shown.flatMap(([, { at_seconds: ats }]) => ats.map((at) => at ?? 0)))].toSorted(
    (a, b) => a - b,
  );
  const linesOf = (columnOf: (timeline: ResultTimeline) => readonly (number | null)[]): Line[] =>
    shown.map(([job, timeline], index) => ({
      label: jobTitle(job, jobs),
      color: seriesColor(index),
      look: 'line',
      values: spread(columnOf(timeline), timeline, along),
    }));
  const latencies = linesOf(({ p99_seconds: p99 }) => p99);
  const which = shown.length < followed.length ? `, the ${MAX_LINES} busiest of ${followed.length} jobs` : '';
  const what = shown.some(([job]) => countsIterations(job)) ? 'requests and iterations' : 'requests';
  const common = { kind: 'time', along, limits: [] } as const;
  return markup`<div class="charts">
${page.add({ ...common, id: 'jobs-rate', title: 'Rate', note: `${what} per second${which}`, unit: 'rate', isLog: false, lines: linesOf(perSecond) })}${page.add({ ...common, id: 'jobs-p99', title: 'p99', note: `of each interval${which}`, unit: 'seconds', isLog: spansDecades(latencies), lines: latencies })}</div>
`;
}

/** Maps a column of one job to the common axis. */
function spread(column: readonly (number | null)[], { at_seconds: ats }: ResultTimeline, along: readonly number[]) {
  // Concurrent jobs have the same times.
  if (ats.length === along.length && ats.every((at, index) => at === along[index])) return column;
  const places = new Map(ats.map((at, index) => [at ?? 0, column[index] ?? null]));
  return along.map((at) => places.get(at) ?? null);
}
