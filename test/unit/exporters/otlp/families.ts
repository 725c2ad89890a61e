import type { Family, Labels } from '../../../../src/metrics/family.ts';

/** Its nanoseconds are not an exact integer in a double. */
export const EPOCH_MS = 1_763_766_201_123;
export const START_MS = EPOCH_MS - 60_000;

const agent = '186.12.9.19';

/** A family of each type. */
export const FAMILIES: readonly Family[] = [
  {
    name: 'requests_error',
    type: 'counter',
    help: 'Requests that failed.',
    samples: [
      { suffix: '', labels: { job: 'workload 1', job_uuid: '', agent }, value: 3 },
      { suffix: '', labels: { job: '𠀀 "日本"', job_uuid: 'u', agent }, value: 2 ** 53 },
    ],
  },
  {
    name: 'requests_total',
    type: 'counter',
    help: 'Requests.',
    samples: [{ suffix: '', labels: { agent }, value: 9 }],
  },
  {
    name: 'process_open_fds',
    type: 'gauge',
    help: 'Open files.',
    samples: [{ suffix: '', labels: { agent }, value: 21.5 }],
  },
  {
    name: 'requests_duration_seconds',
    type: 'histogram',
    help: 'Service time.',
    samples: [...histogram({ job: 'a' }, [4, 4, 10, 12], 7.25), ...histogram({ job: 'b' }, [0, 0, 0, 0], 0)],
  },
  {
    name: 'job_run_duration_seconds',
    type: 'summary',
    help: 'How long jobs ran.',
    samples: [
      { suffix: '', labels: { agent, quantile: '0.5' }, value: 2 },
      { suffix: '', labels: { agent, quantile: '0.99' }, value: 4 },
      { suffix: '_sum', labels: { agent }, value: 10 },
      { suffix: '_count', labels: { agent }, value: 4 },
    ],
  },
];

function histogram(labels: Labels, upTo: readonly number[], sum: number): Family['samples'] {
  const bounds = ['0.005', '1', '1e+06', '+Inf'];
  return [
    ...upTo.map((value, index) => ({ suffix: '_bucket', labels: { ...labels, le: bounds[index] ?? '' }, value })),
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: upTo.at(-1) ?? 0 },
  ];
}
