import type { Family, Labels } from '../metrics/family.ts';
import type { ThresholdStatus } from './threshold-monitor.ts';
import type { ThresholdResult } from './threshold-result.ts';

/**
 * Metric families of thresholds, so that charts can draw their limits; without the label `agent`. A threshold that
 * cannot be evaluated yet has only its limit.
 */
export function thresholdFamilies(standings: readonly ThresholdStatus[]): readonly Family[] {
  const known = standings.map((standing) => ({ ...standing, labels: labelsOf(standing.verdict) }));
  if (known.length === 0) return [];
  const gauge = (name: string, help: string, valueOf: (standing: ThresholdStatus) => number | undefined): Family => ({
    name,
    type: 'gauge',
    help,
    samples: known.flatMap(({ labels, ...standing }) => {
      const value = valueOf(standing);
      return value === undefined ? [] : [{ suffix: '', labels, value }];
    }),
  });
  return [
    gauge('loadbot_threshold_ok', '1 while the threshold holds, else 0.', ({ verdict, decided }) =>
      decided ? Number(verdict.ok) : undefined,
    ),
    gauge(
      'loadbot_threshold_limit',
      'Limit that the value is compared with: seconds, a share, or a number.',
      ({ verdict }) => verdict.limit,
    ),
    gauge(
      'loadbot_threshold_value',
      'Measured value of the threshold, in the unit of its limit.',
      ({ verdict }) => verdict.value,
    ),
  ];
}

/** Empty labels are left out: they equal absent ones, and some receivers reject them. */
function labelsOf({ job, uuid, jobType, text }: ThresholdResult): Labels {
  const labels = { job, job_uuid: uuid, job_type: jobType, threshold: text };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
