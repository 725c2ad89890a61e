import type { Labels } from '../metrics/family.ts';

/** One source in the result file. */
export interface SourceDocument {
  readonly name: string;
  /** Where it was read: a URL without credentials and query, a file, or a command without its arguments. */
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
  /** Of its family, such as `gauge`; `null`: the source does not say. */
  readonly type: string | null;
  readonly labels: Labels;
  /** Seconds since the run's start and the value then; `null` for what JSON has no number for. */
  readonly points: readonly (readonly [seconds: number, value: number | null])[];
}

/** What a job waited for, in the result file and in the status of an agent. */
export interface WaitDocument {
  readonly job: string;
  readonly job_uuid: string;
  readonly condition: string;
  /** How long it has waited, from its turn on. */
  readonly seconds: number;
  readonly timeout_seconds: number;
  /** `stopped`: the run ended meanwhile. */
  readonly outcome: 'waiting' | 'held' | 'timed_out' | 'stopped';
  /** What the sources said last. */
  readonly found: string;
}

/** A phase in the result file. */
export interface PhaseDocument {
  readonly name: string;
  /** When it was seen to be in force, in seconds since the run's start. */
  readonly spans: readonly (readonly [from: number, to: number])[];
  /** The change itself was seen by nobody: each end of a span may have been this much earlier, in seconds. */
  readonly resolution_seconds: number;
}
