import type { PrometheusServer, Series } from '../prometheus-api.ts';
import { askBaseline } from './ask-baseline.ts';
import type { FoundRun } from './find-runs.ts';

/** A counter of a run, at moments that are evenly apart and the same for all of its series. */
export interface CounterHistory {
  readonly labels: Readonly<Record<string, string>>;
  /** What it stood at; 0 before it was there. */
  readonly values: readonly number[];
}

/** What is read of a run: all that figures are made of. */
const FAMILIES = [
  'requests_total',
  'requests_error',
  'requests_warm_up_total',
  'requests_duration_seconds_bucket',
  'requests_response_seconds_bucket',
  'requests_phase_duration_seconds_bucket',
  'requests_phase_response_seconds_bucket',
  'job_run_duration_seconds_sum',
  'jobs_status',
];

/** What a server has of a run. */
interface RunSeries {
  /** Of its jobs. */
  readonly counters: readonly CounterHistory[];
  /** Whether it was marked invalid; earlier versions did not tell. */
  readonly isInvalid: boolean;
}

/** As many parts as a run's confidence is told from. */
const STEPS = 32;
/** A last value may be stored a little after the last information about the run. */
const MARGIN_SECONDS = 60;

/**
 * The series of a run's jobs, which `loadbot_job_info` ties to it. None when there is no such information.
 * @throws {LoadbotError} `server_unreachable` when there is no answer
 */
export async function readRunSeries(server: PrometheusServer, run: FoundRun): Promise<RunSeries> {
  const { runId, fromSeconds, toSeconds } = run;
  const windowSeconds = Math.ceil(toSeconds - fromSeconds) + MARGIN_SECONDS;
  const ofRun = `{__name__=~"loadbot_job_info|loadbot_run_valid",run_id=${JSON.stringify(runId)}}`;
  const known = await askBaseline(server, 'query', {
    query: `last_over_time(${ofRun}[${windowSeconds}s])`,
    time: instant(toSeconds * 1000),
  });
  const isInvalid = known.some(
    ({ labels, points }) => labels.__name__ === 'loadbot_run_valid' && points.at(-1)?.[1] === 0,
  );
  const uuids = [...new Set(known.flatMap(({ labels }) => labels.job_uuid ?? []))];
  if (uuids.length === 0) return { counters: [], isInvalid };
  // Whole milliseconds, so that the last moment is not a hair before the last values.
  const fromMs = Math.floor(fromSeconds * 1000);
  const stepMs = Math.max(1, Math.ceil((toSeconds * 1000 - fromMs) / STEPS));
  const selector = `{__name__=~"${FAMILIES.join('|')}",job_uuid=~${JSON.stringify(uuids.map(escapeRegExp).join('|'))}}`;
  const series = await askBaseline(server, 'query_range', {
    query: `last_over_time(${selector}[${windowSeconds}s])`,
    start: instant(fromMs),
    end: instant(fromMs + STEPS * stepMs),
    step: String(stepMs / 1000),
    // VictoriaMetrics would move start and end, and keep what it answers.
    nocache: '1',
  });
  const counters = series.map(({ labels, points }) => ({ labels, values: alignPoints(points, fromMs, stepMs) }));
  return { counters, isInvalid };
}

function alignPoints(points: Series['points'], fromMs: number, stepMs: number): readonly number[] {
  const values = Array.from({ length: STEPS + 1 }, (): number | undefined => undefined);
  for (const [seconds, value] of points) values[Math.round((seconds * 1000 - fromMs) / stepMs)] = value;
  let last = 0;
  return values.map((value) => (last = value ?? last));
}

function instant(epochMs: number): string {
  return (epochMs / 1000).toFixed(3);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
