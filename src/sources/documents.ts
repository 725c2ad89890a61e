import type { Labels } from '../metrics/family.ts';

/** A source in the result file. */
export interface SourceResult {
  readonly name: string;
  /** Origin of the source: a URL without credentials and query, a file, or a command without its arguments. */
  readonly url: string;
  readonly profile: string | null;
  readonly interval_seconds: number;
  readonly calls: number;
  readonly failures: number;
  readonly bad_lines: number;
  readonly series: readonly SourceSeriesDocument[];
}

interface SourceSeriesDocument {
  readonly name: string;
  /** Type of the series' family, such as `gauge`; `null`: not declared by the source. */
  readonly type: string | null;
  readonly labels: Labels;
  /** Seconds since the run's start, and value; `null` for values that JSON cannot represent. */
  readonly points: readonly (readonly [seconds: number, value: number | null])[];
}

/** A job's start condition, in the result file and in the status of an agent. */
export interface WaitDocument {
  readonly job: string;
  readonly job_uuid: string;
  readonly condition: string;
  /** Waiting time so far, from the job's turn on. */
  readonly seconds: number;
  readonly timeout_seconds: number;
  /** `stopped`: the run ended while the job was waiting. */
  readonly outcome: 'waiting' | 'held' | 'timed_out' | 'stopped';
  /** The last values of the condition's series. */
  readonly found: string;
}

/** A phase in the result file. */
export interface PhaseDocument {
  readonly name: string;
  /** Intervals in which the phase was detected, in seconds since the run's start. */
  readonly spans: readonly (readonly [from: number, to: number])[];
  /**
   * Resolution of the intervals in seconds: each end may have been this much earlier, because it lies between two
   * readings.
   */
  readonly resolution_seconds: number;
}
