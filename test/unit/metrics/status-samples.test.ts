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

test('common and expected codes are there at 0 from the start, and count at once', () => {
  const expose = exposer(['207']);
  expect(expose({}, 0)).toEqual({
    ...Object.fromEntries(COMMON_STATUSES.map((code) => [code, 0])),
    '207': 0,
    other: 0,
  });
  expect(expose({ '200': 5, '207': 2, other: 1 }, 1)).toMatchObject({ '200': 5, '207': 2, '404': 0, other: 1 });
});

test('a further code stays at 0 for 30 s of a running job, then has its count', () => {
  const expose = exposer([]);
  expect(expose({ '418': 7 }, 1000)['418']).toBe(0);
  expect(expose({ '418': 9 }, 1000 + ZERO_FIRST_MS - 1)['418']).toBe(0);
  expect(expose({ '418': 9 }, 1000 + ZERO_FIRST_MS)['418']).toBe(9);
});

test('a job that has ended shows every count', () => {
  const expose = exposer([]);
  expect(expose({ '418': 7 }, 1000, 'completed')['418']).toBe(7);
});

test('further codes beyond the limit count as other, and none loses its series', () => {
  const expose = exposer([]);
  const first = Object.fromEntries(Array.from({ length: MAX_LATER_STATUSES }, (_, n) => [String(520 + n), 1]));
  expose(first, 0);
  const later = expose({ '110': 4, '519': 5, ...first, other: 2 }, ZERO_FIRST_MS);
  expect(later).toMatchObject({ '520': 1, '551': 1, other: 11 });
  expect(later).not.toHaveProperty('110');
  expect(Object.keys(later)).toHaveLength(COMMON_STATUSES.length + MAX_LATER_STATUSES + 1);
});

test('a target without status codes has no such series', () => {
  expect(exposer(undefined)({}, 0)).toEqual({});
});
