import { expect, test } from 'vitest';
import { SeriesLabels } from '../../../src/metrics/series-labels.ts';
import {
  COMMON_STATUSES,
  MAX_LATER_STATUSES,
  statusSamples,
  ZERO_FIRST_MS,
} from '../../../src/metrics/status-samples.ts';
import type { JobSnapshot } from '../../../src/recorder/snapshot.ts';
import { buildJob } from '../../snapshot-builder.ts';

/** Exposes a job with these counts, and gives the values by code. */
function exposer(expectedStatuses: readonly string[] | undefined) {
  const series = new SeriesLabels({ job: 'reads' });
  return (statuses: Record<string, number>, atMs: number, status: JobSnapshot['status'] = 'in_progress') => {
    const job = buildJob({ name: 'reads', status, expectedStatuses });
    const counted = { ...job, measured: { ...job.measured, statuses } };
    const samples = statusSamples(counted, atMs, series);
    return Object.fromEntries(samples.map(({ labels, value }) => [labels['code'], value]));
  };
}

test('exposes common and expected codes at 0 from the start, and counts them immediately', () => {
  const expose = exposer(['207']);
  expect(expose({}, 0)).toEqual({
    ...Object.fromEntries(COMMON_STATUSES.map((code) => [code, 0])),
    '207': 0,
    other: 0,
  });
  expect(expose({ '200': 5, '207': 2, other: 1 }, 1)).toMatchObject({ '200': 5, '207': 2, '404': 0, other: 1 });
});

test('exposes a further code at 0 for 30 s of a running job, then with its count', () => {
  const expose = exposer([]);
  expect(expose({ '418': 7 }, 1000)['418']).toBe(0);
  expect(expose({ '418': 9 }, 1000 + ZERO_FIRST_MS - 1)['418']).toBe(0);
  expect(expose({ '418': 9 }, 1000 + ZERO_FIRST_MS)['418']).toBe(9);
});

test('shows every count of an ended job', () => {
  const expose = exposer([]);
  expect(expose({ '418': 7 }, 1000, 'completed')['418']).toBe(7);
});

test('counts codes beyond the limit as other, and keeps existing series', () => {
  const expose = exposer([]);
  const first = Object.fromEntries(Array.from({ length: MAX_LATER_STATUSES }, (_, n) => [String(520 + n), 1]));
  expose(first, 0);
  const later = expose({ '110': 4, '519': 5, ...first, other: 2 }, ZERO_FIRST_MS);
  expect(later).toMatchObject({ '520': 1, '551': 1, other: 11 });
  expect(later).not.toHaveProperty('110');
  expect(Object.keys(later)).toHaveLength(COMMON_STATUSES.length + MAX_LATER_STATUSES + 1);
});

test('exposes no series for a target without status codes', () => {
  expect(exposer(undefined)({}, 0)).toEqual({});
});
