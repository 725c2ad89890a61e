import { LoadbotError } from '../../shared/errors.ts';
import { queryPrometheus, type PrometheusServer, type QuerySeries } from '../../shared/network/prometheus-api.ts';
import { redactUrl } from '../../shared/redact.ts';

const SELECTOR_HINT = 'select runs by their labels, such as loadbot_run_info{branch="main"}';

/**
 * Queries the server of the baseline.
 * @throws {LoadbotError} `config_invalid` if the server rejects the query (400, 422), `server_unreachable` for no
 * response or any other failure
 */
export async function queryBaseline(
  server: PrometheusServer,
  path: 'query' | 'query_range',
  parameters: Readonly<Record<string, string>>,
): Promise<readonly QuerySeries[]> {
  const answer = await queryPrometheus(server, path, parameters);
  if ('series' in answer) return answer.series;
  const { failure, status } = answer;
  const message = `cannot read the baseline: ${failure}`;
  if (status === 400 || status === 422) throw new LoadbotError('config_invalid', message, { hint: SELECTOR_HINT });
  throw new LoadbotError('server_unreachable', message, { hint: hintOf(status) });
}

function hintOf(status: number | undefined): string {
  switch (status) {
    case undefined:
      return 'is the server up, and can it be reached from here?';
    case 401:
    case 403:
      return 'put credentials into the URL, which may contain ${ENV_NAME}: https://user:${PASSWORD}@host';
    default:
      return 'give the base URL of /api/v1/query, such as http://prometheus:9090 or http://vmselect:8481/select/0/prometheus';
  }
}

/** Selects runs on a server. */
export interface RunSelection {
  readonly server: PrometheusServer;
  /** Selects series with the label `run_id`: `loadbot_run_info{branch="main"}`. */
  readonly selector: string;
  /** How far back to look, in seconds. */
  readonly lookBackSeconds: number;
}

/** Run found on a server. */
export interface FoundRun {
  readonly runId: string;
  /** First and last sample of the run's info series, in seconds since the epoch. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * Finds the runs that match a selector, the latest first.
 * @throws {LoadbotError} `server_unreachable` without a usable response, `config_invalid` if the selector matches
 * no run
 */
export async function findRuns(selection: RunSelection): Promise<readonly FoundRun[]> {
  const { server, selector, lookBackSeconds } = selection;
  const series = await queryBaseline(server, 'query', { query: `${selector}[${Math.ceil(lookBackSeconds)}s]` });
  if (series.length === 0) {
    throw new LoadbotError('config_invalid', `no run found on ${redactUrl(server.url)}: ${selector} has no series`, {
      hint: `runs are stored there with --metrics_export_url; try ${nameOf(selector)} without labels, or a longer --look_back`,
    });
  }
  const runs = new Map<string, FoundRun>();
  for (const { labels, points } of series) {
    const { run_id: runId } = labels;
    const [from, to] = [points[0]?.[0], points.at(-1)?.[0]];
    if (runId === undefined || runId === '' || from === undefined || to === undefined) continue;
    const known = runs.get(runId);
    runs.set(runId, {
      runId,
      fromSeconds: Math.min(known?.fromSeconds ?? Infinity, from),
      toSeconds: Math.max(known?.toSeconds ?? -Infinity, to),
    });
  }
  if (runs.size > 0) return [...runs.values()].toSorted((a, b) => b.toSeconds - a.toSeconds);
  throw new LoadbotError('config_invalid', `the series of ${selector} have no label run_id`, { hint: SELECTOR_HINT });
}

function nameOf(selector: string): string {
  return /^[a-zA-Z_:][\w:]*/.exec(selector)?.[0] ?? 'loadbot_run_info';
}
