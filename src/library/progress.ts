/** State of a run, about once a second and at the end of its load. */
export interface Progress {
  /** Seconds since the start of the run. */
  readonly elapsedSeconds: number;
  /** As in the result: one entry for each job, operation and step. */
  readonly jobs: readonly JobNumbers[];
}

/** Numbers of a job so far. Times in seconds; `null`: absent, or no limit. */
export interface JobNumbers extends ResultCounts {
  readonly name: string;
  readonly uuid: string;
  /** `read`, `write`, ...; `iteration` for the iterations of a scenario. */
  readonly type: string;
  /** Name of the operation of a mixed job, or of the step of a scenario. */
  readonly step: string | null;
  readonly status: 'pending' | 'warm_up' | 'in_progress' | 'completed' | 'failed' | 'canceled';
  readonly limits: { readonly duration_seconds: number | null; readonly operations: number | null };
  /** Measured time, without warm-up and pauses. */
  readonly elapsed_seconds: number;
  /** Time for which it was paused. */
  readonly paused_seconds: number;
  /** Completed requests per second. */
  readonly rate: number | null;
  /** Time from sending a request to its complete response. */
  readonly service_time: ResultLatency;
  /** Time from the intended start of a request to its complete response; `null` for jobs without a pace. */
  readonly response_time: ResultLatency | null;
  /** Additional metrics by name: custom ones, and the time to the first byte. */
  readonly metrics: Readonly<Record<string, CustomMetric<ResultLatency>>>;
  /** Counts of the warm-up, which are in no other number. */
  readonly warm_up: ResultCounts | null;
}

/** An additional metric of a job. */
export interface CustomMetric<Durations> {
  readonly type: 'counter' | 'trend';
  /** Name of the metric family. */
  readonly family: string;
  /** Sum of a counter, and its rate per second; `null`: a trend. */
  readonly total: number | null;
  readonly rate: number | null;
  /** `null`: a counter. */
  readonly durations: Durations | null;
}

/** Counts of requests. `requests` is `ok` + `miss` + `errors`. */
export interface ResultCounts {
  readonly started: number;
  readonly requests: number;
  readonly ok: number;
  /** Reads and updates that found nothing. */
  readonly miss: number;
  readonly errors: number;
  readonly errors_by_class: Readonly<Record<ErrorClassName, number>>;
  /** Errors of databases that are more specific than their class. */
  readonly errors_by_detail: Readonly<Partial<Record<ErrorDetailName, number>>>;
  /** Failed checks by their names. */
  readonly failed_checks: Readonly<Record<string, number>>;
  /** `null`: the protocol has no status codes. */
  readonly responses_by_status: Readonly<Record<string, number>> | null;
  /** Cut off at the end of the job; not part of `requests`. */
  readonly aborted: number;
  readonly in_flight: number;
  /** Due but never started; not part of `requests`. */
  readonly skipped: number;
  /** Transactions repeated after a conflict. */
  readonly retries: number;
  readonly before_failures: number;
  readonly sent_bytes: number;
  readonly received_bytes: number;
}

type ErrorClassName =
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'dns'
  | 'tls'
  | 'protocol'
  | 'status_4xx'
  | 'status_5xx'
  | 'check'
  | 'client_resource'
  | 'driver'
  | 'workload';

type ErrorDetailName =
  | 'duplicate_key'
  | 'deadlock'
  | 'lock_timeout'
  | 'serialization'
  | 'too_many_connections'
  | 'authentication'
  | 'missing_database'
  | 'missing_table'
  | 'constraint'
  | 'syntax'
  | 'read_only'
  | 'out_of_memory'
  | 'cancelled'
  | 'unknown'
  | 'invalid_argument'
  | 'deadline_exceeded'
  | 'not_found'
  | 'already_exists'
  | 'permission_denied'
  | 'resource_exhausted'
  | 'failed_precondition'
  | 'aborted'
  | 'out_of_range'
  | 'unimplemented'
  | 'internal'
  | 'unavailable'
  | 'data_loss'
  | 'unauthenticated'
  | 'no_responders'
  | 'message_too_large'
  | 'stream_not_found'
  | 'consumer_not_found'
  | 'wrong_last_sequence'
  | 'stream_full'
  | 'no_messages'
  | 'jetstream_error'
  | 'close_1000'
  | 'close_1001'
  | 'close_1002'
  | 'close_1003'
  | 'close_1005'
  | 'close_1007'
  | 'close_1008'
  | 'close_1009'
  | 'close_1010'
  | 'close_1011'
  | 'close_1012'
  | 'close_1013'
  | 'close_1014'
  | 'close_other'
  | 'offset_out_of_range'
  | 'corrupt_message'
  | 'unknown_topic_or_partition'
  | 'leader_not_available'
  | 'not_leader_or_follower'
  | 'request_timed_out'
  | 'not_enough_replicas'
  | 'kafka_error';

/** Distribution of a duration, in seconds; `null` without a duration. */
export interface ResultLatency {
  readonly count: number;
  readonly sum_seconds: number;
  readonly mean_seconds: number | null;
  readonly max_seconds: number | null;
  readonly percentiles_seconds: Readonly<
    Record<'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'p99_9' | 'p99_99', number | null>
  >;
}

/** Result of a threshold. */
export interface JobThreshold {
  readonly kind: 'recorded' | 'query' | 'source';
  /** `null`: all jobs, the run, or a query. */
  readonly job: string | null;
  readonly job_uuid: string | null;
  readonly job_type: string | null;
  readonly step: string | null;
  /** Its text: `p(99) < 200ms`. */
  readonly threshold: string;
  readonly metric: string;
  /** Unit of `limit` and `value`. */
  readonly unit: string;
  readonly operator: string;
  readonly limit: number;
  /** `null`: no data. */
  readonly value: number | null;
  readonly ok: boolean;
  readonly reason: string | null;
}

/** Whether the numbers are to be trusted, and why not. */
export interface ResultValidity {
  readonly valid: boolean;
  readonly findings: readonly {
    readonly signal: string;
    /** `note`: the numbers are valid, but the condition may affect them. */
    readonly severity: 'note' | 'invalid';
    readonly agent: string | null;
    readonly job: string | null;
    readonly job_uuid: string | null;
    readonly first_seen_seconds: number;
    readonly lasted_seconds: number;
    readonly worst_at_seconds: number;
    readonly spans_seconds: readonly (readonly number[])[];
    readonly worst: number;
    readonly unit: 'seconds' | 'share' | 'requests';
    readonly message: string;
    readonly hint: string;
  }[];
}
