import { LoadbotError } from '../../shared/errors.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { redactUrl } from '../../shared/redact.ts';
import type { PrometheusServer, QuerySeries } from '../../shared/network/prometheus-api.ts';
import { queryBaseline, type FoundRun } from './find-runs.ts';

/** Values of a counter at equidistant moments, which are the same for all series of a run. */
export interface CounterHistory {
  readonly labels: Readonly<Record<string, string>>;
  /** Value at each moment; 0 before the first sample. */
  readonly values: readonly number[];
}

/** Families that estimates are built from. */
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

/** Series of a run on a server. */
interface RunSeries {
  /** Counters of its jobs. */
  readonly counters: readonly CounterHistory[];
  /** Whether the run was marked invalid; earlier versions did not record this. */
  readonly isInvalid: boolean;
}

/** Number of intervals that a run is split into for its confidence intervals. */
const STEPS = 32;
/** Seconds that a last sample may be stored after the last sample of the run's info series. */
const MARGIN_SECONDS = 60;

/**
 * Reads the series of a run's jobs, which `loadbot_job_info` links to the run; empty without that info.
 * @throws {LoadbotError} `server_unreachable` without a usable response
 */
export async function readRunSeries(server: PrometheusServer, run: FoundRun): Promise<RunSeries> {
  const { runId, fromSeconds, toSeconds } = run;
  const windowSeconds = Math.ceil(toSeconds - fromSeconds) + MARGIN_SECONDS;
  const ofRun = `{__name__=~"loadbot_job_info|loadbot_run_valid",run_id=${JSON.stringify(runId)}}`;
  const known = await queryBaseline(server, 'query', {
    query: `last_over_time(${ofRun}[${windowSeconds}s])`,
    time: instant(toSeconds * 1000),
  });
  const isInvalid = known.some(
    ({ labels, points }) => labels.__name__ === 'loadbot_run_valid' && points.at(-1)?.[1] === 0,
  );
  const uuids = [...new Set(known.flatMap(({ labels }) => labels.job_uuid ?? []))];
  if (uuids.length === 0) return { counters: [], isInvalid };
  // Whole milliseconds, so that rounding does not put the last moment before the last samples.
  const fromMs = Math.floor(fromSeconds * 1000);
  const stepMs = Math.max(1, Math.ceil((toSeconds * 1000 - fromMs) / STEPS));
  const selector = `{__name__=~"${FAMILIES.join('|')}",job_uuid=~${JSON.stringify(uuids.map(escapeRegExp).join('|'))}}`;
  const series = await queryBaseline(server, 'query_range', {
    query: `last_over_time(${selector}[${windowSeconds}s])`,
    start: instant(fromMs),
    end: instant(fromMs + STEPS * stepMs),
    step: String(stepMs / 1000),
    // Without it VictoriaMetrics aligns start and end, and caches the response.
    nocache: '1',
  });
  for (const one of series) requireCounter(one, server);
  const counters = series.map(({ labels, points }) => ({ labels, values: alignPoints(points, fromMs, stepMs) }));
  return { counters, isInvalid };
}

/**
 * A counter is a number of at least 0, and a bucket has a bound: of others, figures would be wrong without a word.
 * @throws {LoadbotError} `server_unreachable`
 */
function requireCounter({ labels, points }: QuerySeries, server: PrometheusServer): void {
  const { __name__: name = '', job_uuid: uuid = '', le } = labels;
  const wrong = points.find(([, value]) => !(value >= 0 && value < Infinity));
  const reason =
    wrong !== undefined
      ? `holds ${wrong[1]} at ${new Date(wrong[0] * 1000).toISOString()}`
      : le !== undefined && le !== '+Inf' && !Number.isFinite(Number(le || NaN))
        ? 'has a bucket without a bound'
        : undefined;
  if (reason === undefined) return;
  const message = `the baseline cannot be read: ${sanitizeForTerminal(name)}{job_uuid=${JSON.stringify(uuid)}} of ${redactUrl(server.url)}`;
  throw new LoadbotError('server_unreachable', `${message} ${reason}`, {
    hint: 'a counter is at least 0; leave that run out with a label of --baseline_query',
  });
}

function alignPoints(points: QuerySeries['points'], fromMs: number, stepMs: number): readonly number[] {
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
