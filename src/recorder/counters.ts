import {
  ABORTED,
  MISS,
  OK,
  type Outcome,
  ERROR_CLASSES,
  type ErrorClass,
  FAILURE_DETAILS,
  type FailureDetail,
} from '../shared/outcome.ts';

/**
 * One row of the table of counts. A row with a `key` is a counter that the recorder keeps; one without is computed from
 * others. Metrics and reports that do not apply to a count are left out of its row.
 */
interface CountRow<Field extends string = string, Key extends string = string> {
  /** Name in the result document, and of the CSV column. */
  readonly field: Field;
  /** Name in a `Tally`. */
  readonly key?: Key;
  /** Outcome that it counts; absent: the recorder has a method that increments it. */
  readonly outcome?: Outcome;
  /** Default: requests. */
  readonly unit?: 'bytes';
  /** Whether it counts in iterations of scenarios alone. */
  readonly ofIterations?: true;
  /** Metric family, and its help text. */
  readonly family?: string;
  readonly help?: string;
  /** Type of the family; default: a counter. */
  readonly type?: 'gauge';
  readonly csv?: true;
  /** Name of its row in the summary of the terminal; shown if it is not 0. */
  readonly label?: string;
  /** Explanation in the same row. */
  readonly note?: string;
  /** Total of which the row shows the share. */
  readonly shareOf?: 'requests' | 'planned';
  /** Phrase after the number in the HTML report; default: the label. */
  readonly phrase?: string;
  /** Help text in the OpenMetrics report, where the family is named after the label; default: `help`. */
  readonly resultHelp?: string;
  /** Whether it is an object: counts by class, detail or code. */
  readonly breakdown?: true;
  /** Value for result files of earlier versions, which lack the field. */
  readonly older?: 0 | null | Readonly<Record<string, never>>;
}

/** All counts of a job's requests, in the order of the result document. */
const ROWS = [
  { field: 'started', key: 'started' },
  {
    field: 'requests',
    family: 'requests_total',
    help: 'Completed requests: successful, without a match, or failed.',
    csv: true,
  },
  { field: 'ok', key: 'ok', outcome: OK, csv: true },
  {
    field: 'miss',
    key: 'miss',
    outcome: MISS,
    family: 'requests_miss_total',
    help: 'Requests without a match, which are not failures; part of requests_total.',
    csv: true,
    label: 'misses',
    note: 'found nothing',
    shareOf: 'requests',
    phrase: 'found nothing',
    resultHelp: 'Reads and updates without a match.',
  },
  { field: 'errors', family: 'requests_error', help: 'Requests that failed; part of requests_total.', csv: true },
  { field: 'errors_by_class', breakdown: true },
  { field: 'errors_by_detail', breakdown: true, older: {} },
  { field: 'failed_checks', breakdown: true, older: {}, csv: true },
  { field: 'responses_by_status', breakdown: true, older: null, csv: true },
  {
    // Not part of `requests`.
    field: 'aborted',
    key: 'aborted',
    outcome: ABORTED,
    family: 'requests_aborted_total',
    help: 'Requests aborted by the agent at the end of the job; not in requests_total.',
    csv: true,
    label: 'aborted',
    note: 'cut off when the job ended',
    phrase: 'cut off',
    resultHelp: 'Requests aborted at the end of the job.',
  },
  { field: 'in_flight', family: 'requests_in_flight', help: 'Requests in flight.', type: 'gauge' },
  {
    field: 'skipped',
    key: 'skipped',
    family: 'requests_skipped_total',
    help: 'Requests that were due but never started because every connection was busy; not in requests_total.',
    csv: true,
    label: 'skipped',
    note: 'due, but never started',
    shareOf: 'planned',
    resultHelp: 'Requests that were due but never started.',
  },
  {
    field: 'retries',
    key: 'retries',
    label: 'retries',
    note: 'transactions repeated',
    shareOf: 'requests',
    phrase: 'transactions repeated',
    resultHelp: 'Transactions repeated after a serialization failure or a deadlock.',
    older: 0,
    ofIterations: true,
  },
  {
    field: 'before_failures',
    key: 'beforeFailures',
    label: 'before',
    note: 'failures of `before`',
    phrase: 'failures of `before`',
    resultHelp: 'Failures of the steps before the iterations of a user.',
    ofIterations: true,
    older: 0,
  },
  {
    field: 'sent_bytes',
    key: 'sentBytes',
    unit: 'bytes',
    family: 'requests_sent_bytes_total',
    help: 'Bytes sent to the target.',
    csv: true,
    label: 'sent',
  },
  {
    field: 'received_bytes',
    key: 'receivedBytes',
    unit: 'bytes',
    family: 'requests_received_bytes_total',
    help: 'Bytes received from the target.',
    csv: true,
    label: 'received',
  },
] as const satisfies readonly CountRow[];

type Row = (typeof ROWS)[number];

/** Name of a counter in a `Tally`. */
export type CounterKey = Extract<Row, { readonly key: string }>['key'];
/** Fields of the result document that are objects. */
export type BreakdownField = Extract<Row, { readonly breakdown: true }>['field'];
/** Fields of the result document that are numbers. */
export type CountField = Exclude<Row['field'], BreakdownField>;
/** Fields that are computed from counters. */
export type ComputedField = Exclude<CountField, Extract<Row, { readonly key: string }>['field']>;

/** A count that is a number: a counter, or computed from others. */
export interface Count extends CountRow<CountField, CounterKey> {
  readonly breakdown?: never;
}

interface Breakdown extends CountRow<BreakdownField, never> {
  readonly breakdown: true;
}

interface Counter extends Count {
  readonly key: CounterKey;
}

/** All counts in the order of the result document. */
export const COUNT_TABLE: readonly (Count | Breakdown)[] = ROWS;

/** Counts that are numbers. */
export const COUNTS: readonly Count[] = COUNT_TABLE.filter((row) => row.breakdown === undefined);

/** Counts that the recorder keeps. */
export const COUNTERS: readonly Counter[] = COUNTS.filter((row): row is Counter => row.key !== undefined);

/** Counts of requests that a report notes if they are not 0. */
export const NOTED_COUNTS = COUNTS.filter(({ label, unit }) => label !== undefined && unit === undefined);

/** Counts of bytes on the wire. */
export const TRAFFIC_COUNTS = COUNTS.filter(({ unit }) => unit === 'bytes');

/** Builds an object with a number for each counter. */
export function mapCounters(
  counters: readonly Counter[],
  valueOf: (counter: Counter) => number,
): Record<CounterKey, number> {
  // A partial list fills a part of a tally; its other part is spread beside it.
  return Object.fromEntries(counters.map((counter) => [counter.key, valueOf(counter)])) as Record<CounterKey, number>;
}

/** Builds the counts by detail; omits zeros. */
export function detailCounts(
  countOf: (detail: FailureDetail, index: number) => number,
): Readonly<Partial<Record<FailureDetail, number>>> {
  return Object.freeze(
    Object.fromEntries(
      FAILURE_DETAILS.map((detail, index) => [detail, countOf(detail, index)]).filter(([, count]) => count !== 0),
    ),
  );
}

/** Builds the counts by error class; contains every class. */
export function errorCounts(
  countOf: (errorClass: ErrorClass, index: number) => number,
): Readonly<Record<ErrorClass, number>> {
  return Object.freeze(
    Object.fromEntries(ERROR_CLASSES.map((errorClass, index) => [errorClass, countOf(errorClass, index)])),
  ) as Readonly<Record<ErrorClass, number>>;
}
