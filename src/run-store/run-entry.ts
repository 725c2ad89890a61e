import { requestParts } from '../shared/job-parts.ts';
import type { ResultDocument, ResultJob } from '../reports/document/result-document.ts';

/** Outline of a past run, as in `GET /runs`. Times in seconds; `null` for an absent value. */
export interface RunEntry {
  readonly run_id: string;
  readonly workload: string;
  readonly agent: string;
  readonly target: string;
  readonly started_at: string;
  /** For a partial result, the time of its last state. */
  readonly ended_at: string;
  readonly elapsed_seconds: number;
  readonly end: ResultDocument['end'];
  readonly partial: boolean;
  /** Whether the process ended before the run did: it has a partial result, and no verdict. */
  readonly interrupted: boolean;
  readonly verdict: ResultDocument['verdict'];
  readonly exit_status: number | null;
  readonly valid: boolean;
  readonly requests: number;
  readonly errors: number;
  /** Requests per second: of the load of a single job, of the time of the run with several. */
  readonly rate: number | null;
  /** Largest p99 of its jobs: of the response time of paced jobs, else of the service time. */
  readonly p99_seconds: number | null;
  /** Path of the result file; `null`: in memory. */
  readonly file: string | null;
  /** Size of the result file. */
  readonly bytes: number;
}

/** Outline of a result that is stored in a file of a size, or in memory. */
export function toRunEntry(document: ResultDocument, file: string | null, bytes: number): RunEntry {
  const { run_id, workload, agent, target, started_at, ended_at, elapsed_seconds, end, partial } = document;
  const jobs = requestParts(document.jobs);
  return {
    run_id,
    workload,
    agent,
    target,
    started_at,
    ended_at,
    elapsed_seconds,
    end,
    partial,
    interrupted: partial && document.verdict === null,
    verdict: document.verdict,
    exit_status: document.exit_status,
    valid: document.validity.valid,
    requests: jobs.reduce((sum, { requests }) => sum + requests, 0),
    errors: jobs.reduce((sum, { errors }) => sum + errors, 0),
    rate: rateOf(jobs, elapsed_seconds),
    p99_seconds: worstP99(jobs),
    file,
    bytes,
  };
}

function rateOf(jobs: readonly Pick<ResultJob, 'requests' | 'rate'>[], seconds: number): number | null {
  const [only, ...others] = jobs;
  if (only !== undefined && others.length === 0) return only.rate;
  return seconds > 0 ? jobs.reduce((sum, { requests }) => sum + requests, 0) / seconds : null;
}

function worstP99(jobs: readonly Pick<ResultJob, 'response_time' | 'service_time'>[]): number | null {
  const values = jobs.flatMap(({ response_time: response, service_time: service }) => {
    const { p99 } = (response ?? service).percentiles_seconds;
    return p99 === null ? [] : [p99];
  });
  return values.length === 0 ? null : Math.max(...values);
}
