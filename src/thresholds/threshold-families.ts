import { defineFamilies, single } from '../metrics/define-families.ts';
import { SeriesLabels } from '../metrics/series-labels.ts';
import type { Family, Labels } from '../metrics/family.ts';
import type { ThresholdStatus } from './threshold-monitor.ts';
import type { ThresholdResult } from './threshold-result.ts';

interface ThresholdState extends ThresholdStatus {
  readonly series: SeriesLabels;
}

const buildFamilies = defineFamilies<ThresholdState>([
  {
    name: 'loadbot_threshold_ok',
    type: 'gauge',
    help: '1 while the threshold holds, else 0.',
    read: single(({ verdict, decided }) => (decided ? verdict.ok : undefined)),
  },
  {
    name: 'loadbot_threshold_limit',
    type: 'gauge',
    help: 'Limit that the value is compared with: seconds, a share, or a number.',
    read: single(({ verdict }) => verdict.limit),
  },
  {
    name: 'loadbot_threshold_value',
    type: 'gauge',
    help: 'Measured value of the threshold, in the unit of its limit.',
    read: single(({ verdict }) => verdict.value),
  },
]);

/**
 * Metric families of thresholds, so that charts can draw their limits; without the label `agent`. A threshold that
 * cannot be evaluated yet has only its limit.
 */
export function thresholdFamilies(standings: readonly ThresholdStatus[]): readonly Family[] {
  return buildFamilies(
    standings.map((standing) => ({ ...standing, series: new SeriesLabels(labelsOf(standing.verdict)) })),
  );
}

/** Empty labels are left out: they equal absent ones, and some receivers reject them. */
function labelsOf({ job, uuid, jobType, step = '', text }: ThresholdResult): Labels {
  const labels = { job, job_uuid: uuid, job_type: jobType, step, threshold: text };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
