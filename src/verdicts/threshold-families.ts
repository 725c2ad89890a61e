import type { Family, Labels } from '../metrics/family.ts';
import type { Standing } from './threshold-watch.ts';
import type { Verdict } from './verdict.ts';

/**
 * The thresholds of runs as series, so that charts draw their limits; without the label `agent`. A threshold that cannot be
 * judged yet has a limit alone.
 */
export function thresholdFamilies(standings: readonly Standing[]): readonly Family[] {
  const known = standings.map((standing) => ({ ...standing, labels: labelsOf(standing.verdict) }));
  if (known.length === 0) return [];
  const gauge = (name: string, help: string, valueOf: (standing: Standing) => number | undefined): Family => ({
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
      'What the value is held against: seconds, a share, or a number.',
      ({ verdict }) => verdict.limit,
    ),
    gauge(
      'loadbot_threshold_value',
      'What the threshold looks at, in the unit of its limit.',
      ({ verdict }) => verdict.value,
    ),
  ];
}

/** An empty label is none, and some receivers refuse it. */
function labelsOf({ job, uuid, jobType, text }: Verdict): Labels {
  const labels = { job, job_uuid: uuid, job_type: jobType, threshold: text };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
