import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatCountOf, formatMs } from '../../shared/units.ts';
import type { ReportLink } from '../phrases/dashboard-link.ts';
import { endPhrase } from '../phrases/outcome.ts';
import type { Reporter, RunResult } from '../report.ts';
import type { Terminal } from './terminal.ts';
import { renderJob } from './summary-job.ts';
import { renderOverview } from './summary-overview.ts';
import { renderThresholds } from './summary-thresholds.ts';
import { renderValidity } from './summary-validity.ts';
import { supportedPercentileMs } from '../phrases/percentiles.ts';
import { truncateText, alignLeft, wrap } from './text-width.ts';
import { describeWait, reportableWaits } from '../phrases/notes.ts';
import { type ResultWarning, warningsOf } from '../document/warnings.ts';

/**
 * Prints the result: a block per job, a table of all jobs, the destinations of the metrics, and warnings.
 * @param ownsMetrics false for runs of a long-running agent, whose metrics are not the run's concern
 * @param verbose adds the 95 % intervals of percentiles
 */
export function summaryReport(screen: Terminal, ownsMetrics = true, verbose = false): Reporter {
  return {
    end: (result) => {
      for (const line of renderSummary(result, screen, ownsMetrics, verbose)) screen.writeLine(line);
    },
  };
}

/** Renders the lines of the summary, designed for 80 columns and usable down to 60. */
export function renderSummary(result: RunResult, screen: Terminal, ownsMetrics = true, verbose = false): string[] {
  const { jobs } = result.final;
  return [
    '',
    ...renderHead(result, screen),
    ...renderValidity(result.validity, screen),
    ...jobs.flatMap((job) => ['', ...renderJob(job, result, screen, verbose)]),
    ...(jobs.length > 1 ? ['', ...renderOverview(jobs, screen)] : []),
    ...(result.thresholds.length > 0 ? ['', ...renderThresholds(result.thresholds, screen)] : []),
    '',
    ...reportableWaits(result.waits).flatMap((wait) => renderNote('wait', [describeWait(wait)], screen)),
    ...(ownsMetrics ? renderMetrics(result, screen) : []),
    ...renderFloor(result, screen),
    ...result.links.map(renderLink),
    ...warningsOf(result).flatMap((warning) => renderWarning(warning, screen)),
    '',
  ];
}

/** Columns of the label in the margin, including the gap. */
const MARGIN = 9;

function renderHead(result: RunResult, screen: Terminal): string[] {
  const { workload, agent, runId } = result.final;
  const ended = endPhrase(result.end, result.endedEpochMs - result.startedEpochMs);
  const details = `agent ${sanitizeForTerminal(agent)} · ${formatCountOf(result.threads, 'thread')} · seed ${result.seed} · run ${runId}`;
  return [
    screen.style(
      'bold',
      truncateText(`${sanitizeForTerminal(`${workload} on ${result.target}`)}: ${ended}`, screen.columns),
    ),
    screen.style('dim', truncateText(details, screen.columns)),
    ...(result.reason === undefined
      ? []
      : wrap(sanitizeForTerminal(result.reason), screen.columns).map((line) => screen.style('red', line))),
  ];
}

function renderMetrics({ deliveries }: RunResult, screen: Terminal): string[] {
  if (deliveries.length === 0) {
    return renderNote('metrics', ['neither pushed nor served: see metrics_export_url, metrics_export_port'], screen);
  }
  return deliveries.flatMap(({ target, deliveredSamples, undeliveredSamples }) => {
    const lost = undeliveredSamples > 0 ? `, ${formatCount(undeliveredSamples)} undelivered` : '';
    const delivered =
      deliveredSamples + undeliveredSamples === 0
        ? 'never scraped'
        : `${formatCountOf(deliveredSamples, 'sample')} delivered${lost}`;
    return renderNote('metrics', [`${target}: ${delivered}`], screen);
  });
}

/** Never truncated: terminals only recognize whole URLs as links. */
function renderLink({ url }: ReportLink): string {
  return `${alignLeft('charts', MARGIN)}${sanitizeForTerminal(url)}`;
}

function renderFloor(result: RunResult, screen: Terminal): string[] {
  const note = floorNote(result);
  return note === undefined ? [] : renderNote('floor', [note], screen);
}

/** Factor: a median below this multiple of the floor consists largely of the generator's own latency. */
const NEAR = 5;

/** Note for runs with latencies near the floor of this machine; `undefined` for others. */
export function floorNote({ floor, final }: Pick<RunResult, 'floor' | 'final'>): string | undefined {
  if (floor === undefined) return undefined;
  const mediansMs = final.jobs.map(({ measured }) => supportedPercentileMs(measured.service, 50) ?? Infinity);
  const leastMs = Math.min(...mediansMs);
  const floorMs = floor.p50Seconds * 1000;
  if (leastMs >= floorMs * NEAR) return undefined;
  return `a loopback request on this machine takes ${formatMs(floorMs)}, a large part of the median ${formatMs(leastMs)} (see loadbot-agent calibrate)`;
}

function renderWarning({ subject, message, hint }: ResultWarning, screen: Terminal): string[] {
  const [first = '', ...rest] = renderNote('WARNING', [`${sanitizeForTerminal(subject)}: ${message}`, hint], screen);
  return ['', first.replace('WARNING', (word) => screen.style('yellow', word)), ...rest];
}

/** Renders paragraphs with a label in the margin. */
function renderNote(margin: string, paragraphs: readonly string[], screen: Terminal): string[] {
  const lines = paragraphs.flatMap((text) => wrap(text, screen.columns - MARGIN));
  return lines.map((line, index) => alignLeft(index === 0 ? margin : '', MARGIN) + line);
}
