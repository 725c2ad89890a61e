import { LoadbotError } from '../../core/errors.ts';
import { redactUrl } from '../../core/redact.ts';
import type { PrometheusServer } from '../prometheus-api.ts';
import { askBaseline, SELECTOR_HINT } from './ask-baseline.ts';

/** Which runs a server is asked for. */
export interface RunSelection {
  readonly server: PrometheusServer;
  /** Selects series with the label `run_id`: `loadbot_run_info{branch="main"}`. */
  readonly selector: string;
  /** How far back to look, in seconds. */
  readonly lookBackSeconds: number;
}

/** A run that a server knows of. */
export interface FoundRun {
  readonly runId: string;
  /** When its information was there for the first time and for the last one, in seconds since the epoch. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * The runs that a selector finds, the latest first.
 * @throws {LoadbotError} `server_unreachable` when there is no answer, `config_invalid` when it names no run
 */
export async function findRuns(selection: RunSelection): Promise<readonly FoundRun[]> {
  const { server, selector, lookBackSeconds } = selection;
  const series = await askBaseline(server, 'query', { query: `${selector}[${Math.ceil(lookBackSeconds)}s]` });
  if (series.length === 0) {
    throw new LoadbotError('config_invalid', `${redactUrl(server.url)} knows of no run: ${selector} has no series`, {
      hint: `runs get there by --metrics_export_url; look at ${nameOf(selector)} without labels, or further back with --look_back`,
    });
  }
  const runs = new Map<string, FoundRun>();
  for (const { labels, points } of series) {
    const { run_id: runId } = labels;
    const [from = NaN, to = NaN] = [points[0]?.[0], points.at(-1)?.[0]];
    if (runId === undefined || runId === '') continue;
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
