import { countsIterations } from '../../../shared/job-type.ts';
import { parseMeasure } from '../../../conditions/parse-measure.ts';
import type { ResultDocument, ResultJob, ResultThreshold } from '../../document/result-document.ts';
import type { ChartLimit } from './chart.ts';

/** Metric of a chart that thresholds can refer to. */
export type ChartMetric = 'service' | 'response' | 'lag' | 'rate' | 'error_rate';

/** Returns the limits to draw into a chart of this job. */
export function limitsOf(measured: ChartMetric, job: ResultJob, document: ResultDocument): ChartLimit[] {
  return document.thresholds
    .filter((threshold) => isAbout(threshold, job, document) && measuredBy(threshold, job) === measured)
    .map(({ threshold: label, limit: value, ok }) => ({ label, value, ok }));
}

/**
 * Returns the limits to draw into a chart of a source's series. Counters are drawn as rates, so limits on their total
 * increase are left out.
 */
export function limitsOfSeries(
  name: string,
  source: string,
  isCounter: boolean,
  document: ResultDocument,
): ChartLimit[] {
  return document.thresholds.flatMap(({ kind, threshold: label, limit: value, ok }) => {
    const parsed = kind === 'source' ? parseMeasure(label) : undefined;
    if (parsed === undefined || !('measure' in parsed)) return [];
    const { statistic, selector } = parsed.measure;
    const asked = selector.matchers.find((matcher) => matcher.label === 'source' && matcher.matching === '=');
    const isShown = isCounter ? statistic === 'rate' : statistic !== 'rate' && statistic !== 'increase';
    const isOfSource = asked === undefined || asked.value === source;
    return isShown && isOfSource && selector.name === name ? [{ label, value, ok }] : [];
  });
}

/** Whether a threshold applies to the job; one on all jobs together applies if there is only one job. */
function isAbout(
  { kind, job_uuid: uuid, job_type: type, step }: ResultThreshold,
  job: ResultJob,
  { jobs }: ResultDocument,
) {
  if (kind !== 'recorded') return false;
  if (uuid === null) return jobs.length === 1;
  if (uuid !== job.uuid) return false;
  // The type of a threshold on one step is that of its whole job.
  return step === null ? type === null || type === job.type : step === job.step;
}

const ITERATION = 'iteration ';

/** Parses the metric of a threshold: `p(99)`, `service p(99)`, `response max`, `lag p(99)`, `iteration rate`. */
function measuredBy({ metric: text, unit }: ResultThreshold, job: ResultJob): ChartMetric | undefined {
  const isOfIterations = text.startsWith(ITERATION);
  if (isOfIterations !== countsIterations(job)) return undefined;
  const metric = isOfIterations ? text.slice(ITERATION.length) : text;
  if (metric === 'rate' || metric === 'error_rate') return metric;
  if (unit !== 'seconds') return undefined;
  if (metric.startsWith('lag')) return 'lag';
  if (metric.startsWith('service')) return 'service';
  return metric.startsWith('response') || job.response_time !== null ? 'response' : 'service';
}
