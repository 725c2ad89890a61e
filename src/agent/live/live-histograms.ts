import { type Distribution, jobKey, type JobSnapshot, type Snapshot } from '../../recorder/snapshot.ts';
import { binEdges } from '../../reports/html/charts/distribution.ts';
import { message } from './run-recording.ts';

/** Most jobs with a histogram in one message. */
const MOST_JOBS = 50;

/** The histograms of the jobs with requests so far, as a message; empty without any. */
export function histogramsMessage({ jobs }: Snapshot): string {
  const histograms = jobs
    .filter(({ measured }) => measured.service.latency.total > 0)
    .slice(-MOST_JOBS)
    .map(histogramOf);
  return histograms.length === 0 ? '' : message('histograms', histograms);
}

/** Numbers of requests by latency, in the bins of the report: `edges` in seconds, and a count for each, 0 at the last. */
function histogramOf(job: JobSnapshot) {
  const { response, service } = job.measured;
  const edges = binEdges([service, ...(response === undefined ? [] : [response])].map(rangeOf));
  return {
    job: jobKey(job),
    edges,
    response: response === undefined ? null : countIn(response, edges),
    service: countIn(service, edges),
  };
}

function rangeOf({ latency, maxSeconds }: Distribution) {
  return { min: latency.boundsOfRank(1)?.low ?? null, max: maxSeconds };
}

function countIn({ latency, maxSeconds }: Distribution, edges: readonly number[]): number[] {
  const counts = edges.map(() => 0);
  let bin = 0;
  latency.forEachMiddle((middle, count) => {
    const seconds = Math.min(middle, maxSeconds);
    while (bin < edges.length - 2 && seconds >= (edges[bin + 1] ?? Infinity)) bin++;
    counts[bin] = (counts[bin] ?? 0) + count;
  });
  return counts;
}
