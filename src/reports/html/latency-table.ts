import type { ResultDocument } from '../result-document.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { count, duration, percentile } from './quantity.ts';
import { numbers, table, words } from './table.ts';

type ResultJob = ResultDocument['jobs'][number];
type Times = ResultJob['service_time'];
type Name = keyof Times['percentiles_seconds'];

const PERCENTS: readonly (readonly [Name, number])[] = [
  ['p50', 50],
  ['p75', 75],
  ['p90', 90],
  ['p95', 95],
  ['p99', 99],
  ['p99_9', 99.9],
  ['p99_99', 99.99],
];

/** Mean, percentiles and maximum of everything that was timed. */
export function latencyTable(job: ResultJob): Markup {
  const shown: readonly (readonly [string, string, Times | null])[] = [
    ['response time', 'from when it was due to be sent until it was done', job.response_time],
    ['service time', 'from when it was sent until it was done', job.service_time],
    ['schedule lag', 'from when it was due to be sent until it was sent', job.schedule_lag],
  ];
  const rows = shown.flatMap(([name, meaning, times]) => (times === null ? [] : [rowOf(name, meaning, times)]));
  const columns = [
    words('latency'),
    ...numbers('mean', ...PERCENTS.map(([, percent]) => `p${percent}`), 'max', 'samples'),
  ];
  return table(`Latencies of ${job.name}`, columns, rows);
}

function rowOf(name: string, meaning: string, times: Times): Content[] {
  return [
    markup`<span title="${meaning}">${name}</span>`,
    duration(times.mean_seconds),
    ...PERCENTS.map(([key, percent]) => percentile(times.percentiles_seconds[key], percent, times.count)),
    duration(times.max_seconds),
    count(times.count),
  ];
}
