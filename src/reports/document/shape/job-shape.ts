import { COUNT_TABLE } from '../../../recorder/counters.ts';
import { ERROR_CLASSES } from '../../../shared/outcome.ts';
import { TIMELINE_COLUMNS } from '../timeline-document.ts';
import type { PhaseDifference } from '../phase-document.ts';
import type { ResultDurations as Times, ResultJob as Job, ResultPhase as Phase } from '../result-document.ts';
import {
  amount,
  anyNumber,
  flag,
  listOf,
  objectOf,
  oneOf,
  orNull,
  recordOf,
  type Shape,
  text,
  textWithin,
  wholeNumber,
} from './shape.ts';

type Counts = NonNullable<Job['warm_up']>;

/** Characters of an encoded histogram: all slots of one, uncompressed, are fewer. */
const MOST_HDR = 512 * 1024;

const LATENCY = {
  count: wholeNumber,
  sum_seconds: amount,
  mean_seconds: orNull(amount),
  max_seconds: orNull(amount),
  percentiles_seconds: objectOf<Times['percentiles_seconds']>({
    p50: orNull(amount),
    p75: orNull(amount),
    p90: orNull(amount),
    p95: orNull(amount),
    p99: orNull(amount),
    p99_9: orNull(amount),
    p99_99: orNull(amount),
  }),
} as const;

const TIMES = objectOf<Times>({
  ...LATENCY,
  buckets: listOf(objectOf<Times['buckets'][number]>({ le: text, count: wholeNumber })),
  hdr: textWithin(MOST_HDR),
});

const METRIC = objectOf<Job['metrics'][string]>({
  type: oneOf('counter', 'trend'),
  family: text,
  total: orNull(wholeNumber),
  rate: orNull(amount),
  durations: orNull(TIMES),
});

/** Metrics by name: formats use the names unescaped. */
const METRICS: Shape = (value) => {
  const fault = recordOf(METRIC)(value);
  if (fault !== undefined) return fault;
  const invalid = Object.keys(value as Job['metrics']).find((name) => !/^\w{1,128}$/.test(name));
  return invalid === undefined ? undefined : { path: [invalid], message: 'is not the name of a metric' };
};

const COUNTS = Object.fromEntries(
  COUNT_TABLE.map(({ field, breakdown, older }) => {
    const shape = breakdown ? recordOf(wholeNumber) : wholeNumber;
    return [field, older === null ? orNull(shape) : shape];
  }),
) as Readonly<Record<keyof Counts, Shape>>; // the table has a row for each field
const OLDER_COUNTS = COUNT_TABLE.filter(({ older }) => older !== undefined).map(({ field }) => field);

const CONFIDENCE = objectOf<Job['confidence']>({
  level: amount,
  percentiles: recordOf(
    objectOf<Job['confidence']['percentiles'][string]>({
      low_seconds: orNull(amount),
      high_seconds: orNull(amount),
      effective_samples: orNull(amount),
    }),
  ),
});

const PHASE_SIDE = objectOf<Phase['inside']>(
  {
    requests: wholeNumber,
    errors: wholeNumber,
    latency: objectOf<Phase['inside']['latency']>(LATENCY),
    confidence: CONFIDENCE,
  },
  ['confidence'],
);

const PHASE = objectOf<Phase>({
  name: text,
  inside: PHASE_SIDE,
  outside: PHASE_SIDE,
  difference: recordOf(
    orNull(
      objectOf<PhaseDifference>({
        seconds: orNull(anyNumber),
        low_seconds: orNull(anyNumber),
        high_seconds: orNull(anyNumber),
        is_more_than_noise: flag,
      }),
    ),
  ),
});

const COLUMN = listOf(orNull(amount));
const COLUMNS = Object.keys(TIMELINE_COLUMNS);

/** Columns of one length: a row is a second. */
const TIMELINE: Shape = (value) => {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, COLUMN])) as Record<keyof Job['timeline'], Shape>;
  const fault = objectOf<Job['timeline']>(columns)(value);
  if (fault !== undefined) return fault;
  const entries = Object.entries(value as Job['timeline']).filter(([name]) => COLUMNS.includes(name));
  const rows = entries[0]?.[1].length ?? 0;
  const other = entries.find(([, column]) => column.length !== rows);
  return other && { path: [other[0]], message: `has ${other[1].length} rows, other columns have ${rows}` };
};

const JOB = objectOf<Job>(
  {
    name: text,
    uuid: text,
    type: text,
    step: orNull(text),
    status: text,
    limits: objectOf<Job['limits']>({ duration_seconds: orNull(amount), operations: orNull(amount) }),
    elapsed_seconds: amount,
    paused_seconds: amount,
    ...COUNTS,
    rate: orNull(amount),
    service_time: TIMES,
    response_time: orNull(TIMES),
    warm_up: orNull(objectOf<Counts>(COUNTS, OLDER_COUNTS)),
    connections: orNull(wholeNumber),
    pace: orNull(amount),
    planned: orNull(wholeNumber),
    schedule_lag: orNull(TIMES),
    confidence: CONFIDENCE,
    drift: orNull(objectOf<NonNullable<Job['drift']>>({ change: anyNumber })),
    timeline: TIMELINE,
    metrics: METRICS,
    phases: listOf(PHASE),
  },
  [...OLDER_COUNTS, 'paused_seconds', 'step', 'confidence', 'drift', 'timeline', 'phases', 'metrics'],
);

/** Requests that make up others are not more than these. */
export const jobShape: Shape = (value) => {
  const fault = JOB(value);
  if (fault !== undefined) return fault;
  const { ok, miss, errors, requests, errors_by_class: byClass } = value as Job;
  if (ok + miss + errors !== requests) {
    return { path: ['requests'], message: `is ${requests}, but ok, miss and errors come to ${ok + miss + errors}` };
  }
  const classified = ERROR_CLASSES.reduce((sum, name) => sum + (byClass[name] ?? 0), 0);
  if (classified <= errors) return undefined;
  return { path: ['errors'], message: `is ${errors}, but errors_by_class come to ${classified}` };
};
