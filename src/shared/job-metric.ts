/** A metric that a job records in addition to those of all jobs: part of the plan, so that other jobs pay nothing for it. */
export interface JobMetric {
  /** Position in the list of the job: the first argument of `Exchange.record`. */
  readonly index: number;
  /** Name in thresholds and results; for a custom metric the name in the workload file. */
  readonly name: string;
  /** Name of its metric family. */
  readonly family: string;
  /** `counter`: a sum of whole numbers. `trend`: a distribution of durations. */
  readonly type: 'counter' | 'trend';
  /** Help text of the family. */
  readonly help: string;
  /**
   * Part of a job that records it: each kind of request, each kind with streamed responses, or the whole job (the
   * iterations of a scenario, all requests of another job).
   */
  readonly scope: 'requests' | 'streams' | 'job';
}

type BuiltInMetric = Pick<JobMetric, 'family' | 'type' | 'help'>;

/** Additional metrics that jobs may ask for, by their names in thresholds. */
export const BUILT_IN_METRICS = {
  first_byte: {
    family: 'requests_first_byte_seconds',
    type: 'trend',
    help: 'Time from sending a request to the first byte of its response.',
  },
  first_event: {
    family: 'requests_first_event_seconds',
    type: 'trend',
    help: 'Time from sending a request to the first event of its streamed response.',
  },
  event_gap: {
    family: 'requests_event_gap_seconds',
    type: 'trend',
    help: 'Time between two events of a streamed response.',
  },
  events: {
    family: 'requests_events_total',
    type: 'counter',
    help: 'Events of streamed responses.',
  },
  other_messages: {
    family: 'requests_other_messages_total',
    type: 'counter',
    help: 'Messages of the server that did not answer a request.',
  },
} as const satisfies Readonly<Record<string, BuiltInMetric>>;

export type BuiltInMetricName = keyof typeof BUILT_IN_METRICS;
