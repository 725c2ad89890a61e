import type { ResultEnvironment, ResultMetrics } from './result-surroundings.ts';
import type { CustomMetric, JobNumbers, JobThreshold, ResultLatency, ResultValidity } from './progress.ts';

/**
 * Conclusion of a run, by the exit status of the command: `passed` 0; `failed` 99, when a threshold failed, `wait_for` timed
 * out or `abort_when` held; `invalid` 112, when the numbers are not to be trusted; `stopped` 105, by the signal or the
 * control API; `undelivered` 113, when metrics were not delivered and `requireDelivery` is set.
 */
export type Verdict = 'passed' | 'failed' | 'invalid' | 'stopped' | 'undelivered';

/** Result of a run. */
export interface Result {
  readonly verdict: Verdict;
  /** Exit status that the command would have had: 0, 99, 105, 112 or 113. */
  readonly exitStatus: number;
  /** Why it failed or was aborted; `undefined`: nothing to explain. */
  readonly reason: string | undefined;
  /** The jobs of the document. */
  readonly jobs: readonly JobResult[];
  /** The thresholds of the document. */
  readonly thresholds: readonly JobThreshold[];
  /** Content of the result file that `--out` writes. Times in seconds; `null`: absent, or no limit. */
  readonly document: ResultFile;
}

/** Content of a result file. Times in seconds; `null`: absent, or no limit. */
export interface ResultFile {
  readonly kind: string;
  readonly schema_version: number;
  /** UUID of the run. */
  readonly run_id: string;
  /** Name of the workload. */
  readonly workload: string;
  readonly agent: string;
  /** URL of the target, without credentials. */
  readonly target: string;
  /** Load threads, over all agents. */
  readonly threads: number;
  /** Agents of a fleet; empty: this process sent the load. */
  readonly agents: readonly ResultAgent[];
  readonly seed: number;
  /** Versions of `loadbot-agent`, `node`, `platform` and, if known, `commit`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The machine that sent the load. */
  readonly environment: ResultEnvironment | null;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly ended_at: string;
  readonly elapsed_seconds: number;
  /** Changes of the load while it ran, by clients of the control API; `job` is `null` for all jobs. */
  readonly changes: readonly {
    /** ISO 8601, UTC. */
    readonly time: string;
    readonly at_seconds: number;
    readonly kind: 'pause' | 'resume' | 'pace' | 'connections';
    readonly job: string | null;
    readonly from: number | null;
    readonly to: number | null;
    readonly by: 'command' | 'page' | 'api';
  }[];
  /** `aborted`: by a threshold or a gate. `in_progress` only in files of unfinished runs. */
  readonly end: 'completed' | 'stopped' | 'aborted' | 'failed' | 'in_progress';
  readonly reason: string | null;
  /** Whether the result was saved before all data were collected. */
  readonly partial: boolean;
  /** Conclusion with more detail than `Result.verdict`; `null` until the end. */
  readonly verdict:
    | 'passed'
    | 'invalid'
    | 'thresholds_failed'
    | 'aborted'
    | 'undelivered'
    | 'stopped'
    | 'failed'
    | null;
  readonly exit_status: number | null;
  readonly validity: ResultValidity & { readonly peaks: ResultPeaks };
  readonly thresholds: readonly JobThreshold[];
  /** The first failure of each class in each job. */
  readonly failures: readonly {
    readonly job: string;
    readonly job_uuid: string;
    readonly class: string;
    readonly message: string;
  }[];
  /** Latency of a request within this process, the lowest that this machine can measure. */
  readonly floor: { readonly samples: number; readonly p50_seconds: number; readonly p99_seconds: number } | null;
  readonly deliveries: readonly {
    readonly target: string;
    readonly delivered_samples: number;
    readonly undelivered_samples: number;
    readonly last_error: string | null;
  }[];
  /** Time spans of each phase of the system under test, in seconds since the start of the run. */
  readonly phases: readonly {
    readonly name: string;
    readonly spans: readonly (readonly [from: number, to: number])[];
    readonly resolution_seconds: number;
  }[];
  readonly waits: readonly {
    readonly job: string;
    readonly job_uuid: string;
    readonly condition: string;
    readonly seconds: number;
    readonly timeout_seconds: number;
    readonly outcome: 'waiting' | 'held' | 'timed_out' | 'stopped';
    readonly found: string;
  }[];
  /** Metrics of the system under test. */
  readonly sources: readonly ResultMetrics[];
  /** The workload with its flags, without secrets. */
  readonly workload_as_run: unknown;
  readonly warnings: readonly { readonly subject: string; readonly message: string; readonly hint: string }[];
  /** One entry for each job, for each request type or operation of a mixed job, and for each step of a scenario. */
  readonly jobs: readonly JobResult[];
}

/** Result of a job. */
export interface JobResult extends JobNumbers {
  readonly connections: number | null;
  /** Target rate in requests per second; `null`: not paced, or not constant. */
  readonly pace: number | null;
  /** Requests that were due by the schedule. */
  readonly planned: number | null;
  readonly service_time: ResultDurations;
  readonly response_time: ResultDurations | null;
  /** Time from the intended start of a request to its start. */
  readonly schedule_lag: ResultDurations | null;
  readonly metrics: Readonly<Record<string, CustomMetric<ResultDurations>>>;
  readonly confidence: ResultConfidence;
  /** Relative change of the median from the beginning to the end, if the job was not stationary. */
  readonly drift: { readonly change: number } | null;
  /** One row for each second; of jobs over an hour for each two or four seconds. */
  readonly timeline: Readonly<
    Record<
      | 'at_seconds'
      | 'seconds'
      | 'requests'
      | 'errors'
      | 'p50_seconds'
      | 'p90_seconds'
      | 'p99_seconds'
      | 'max_seconds'
      | 'in_flight'
      | 'lag_p99_seconds',
      readonly (number | null)[]
    >
  >;
  /** Requests during each phase of the system under test, and outside of it. */
  readonly phases: readonly {
    readonly name: string;
    readonly inside: ResultPhaseSide;
    readonly outside: ResultPhaseSide;
    readonly difference: Readonly<
      Record<
        string,
        {
          readonly seconds: number | null;
          readonly low_seconds: number | null;
          readonly high_seconds: number | null;
          /** Whether the 95 % interval excludes 0. */
          readonly is_more_than_noise: boolean;
        } | null
      >
    >;
  }[];
}

/** Percentiles and histogram of a duration. */
interface ResultDurations extends ResultLatency {
  /** Cumulative counts; `le`: upper bound in seconds, or `+Inf`. */
  readonly buckets: readonly { readonly le: string; readonly count: number }[];
  /** HdrHistogram V2 encoding, compressed, in base64; microseconds. */
  readonly hdr: string;
}

/** 95 % confidence intervals of percentiles, such as `p99`; empty for jobs of less than five seconds. */
interface ResultConfidence {
  /** 0.95. */
  readonly level: number;
  readonly percentiles: Readonly<
    Record<
      string,
      {
        readonly low_seconds: number | null;
        readonly high_seconds: number | null;
        readonly effective_samples: number | null;
      }
    >
  >;
}

interface ResultPhaseSide {
  readonly requests: number;
  readonly errors: number;
  readonly latency: ResultLatency;
  readonly confidence: ResultConfidence;
}

/** Highest value of any second of the run: shares from 0 to 1; `null`: not known. */
interface ResultPeaks {
  readonly event_loop_utilization: number | null;
  readonly blocked: number | null;
  readonly cpu_wait: number | null;
  readonly cpu_steal: number | null;
  readonly cpu_throttled: number | null;
  readonly open_files: number | null;
}

interface ResultAgent {
  readonly name: string;
  readonly host: string;
  readonly version: string;
  readonly threads: number;
  readonly ranks: readonly number[];
  readonly clock_offset_bound_seconds: number | null;
  readonly started_late_seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50_seconds: number | null;
  readonly p99_seconds: number | null;
  readonly lost_at_seconds: number | null;
  readonly unreported_seconds: number | null;
}
