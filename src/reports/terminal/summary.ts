import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatCountOf, formatMs } from '../../shared/units.ts';
import { type ResultDocument, toResultDocument } from '../document/result-document.ts';
import type { ResultWarning } from '../document/warnings.ts';
import { describeWait, MOST_DETAILED_JOBS, reportableWaits } from '../phrases/notes.ts';
import { describeChangeDocument } from '../phrases/steering.ts';
import { type CommandFailure, describeVerdict, endPhrase } from '../phrases/outcome.ts';
import { documentedPercentileMs } from '../phrases/percentiles.ts';
import type { Reporter, RunResult } from '../report.ts';
import { renderAgents } from './summary-agents.ts';
import { renderJob } from './summary-job.ts';
import { renderTable } from './summary-table.ts';
import { renderThresholds, renderValidity } from './summary-verdict.ts';
import { Terminal } from './terminal.ts';
import { alignLeft, truncateText, wrap, wrapItems } from './text-width.ts';

/** Result or report file of a run. */
export interface SummaryFile {
  /** Its format: `html`. */
  readonly kind: string;
  /** As given by the user. */
  readonly path: string;
  readonly isWritten: boolean;
}

export interface SummaryOptions {
  /** Shows the blocks of all jobs, 95 % intervals of percentiles, all thresholds and all warnings. */
  readonly verbose?: boolean;
  /** False for runs of a long-running agent, whose metrics are not the run's concern. */
  readonly ownsMetrics?: boolean;
}

/** Prints the summary of each run, with its closing lines. */
export function summaryReport(screen: Terminal, options: SummaryOptions): Reporter {
  return {
    end: (result) => {
      for (const line of renderSummary(toResultDocument(result), screen, options)) screen.writeLine(line);
    },
  };
}

/** Prints the summary of one run: most of it with the other reports, the closing lines on request. */
export class RunSummary implements Reporter {
  readonly #screen: Terminal;
  readonly #options: SummaryOptions;
  #document: ResultDocument | undefined;

  constructor(screen: Terminal, options: SummaryOptions) {
    this.#screen = screen;
    this.#options = options;
  }

  /** Whether the run has ended and its numbers are printed. */
  get hasBegun(): boolean {
    return this.#document !== undefined;
  }

  end(result: RunResult): void {
    this.#document = toResultDocument(result);
    this.#print(renderBody(this.#document, this.#screen, this.#options));
  }

  /**
   * Prints the last lines of the run.
   * @param failure of the command, if any
   */
  close(files: readonly SummaryFile[], failure?: CommandFailure): void {
    if (this.#document === undefined) return;
    this.#print(renderClosing(this.#document, this.#screen, this.#options, files, failure));
  }

  #print(lines: readonly string[]): void {
    for (const line of lines) this.#screen.writeLine(line);
  }
}

/** Renders the summary as a file, with everything in it. */
export function renderSummaryText(document: ResultDocument): string {
  const screen = new Terminal({
    write: () => {},
    isTerminal: false,
    hasColor: false,
    columns: () => Infinity,
    rows: () => Infinity,
  });
  return `${renderSummary(document, screen, { verbose: true }).join('\n').trimStart()}\n`;
}

/** Renders the summary of a result. The verdict and the metrics come last. */
export function renderSummary(document: ResultDocument, screen: Terminal, options: SummaryOptions): string[] {
  return [...renderBody(document, screen, options), ...renderClosing(document, screen, options)];
}

/**
 * Renders the blocks of up to five jobs, the table of several, warnings, and what the verdict depends on; for terminals
 * of 40 columns or more.
 */
function renderBody(document: ResultDocument, screen: Terminal, { verbose = false }: SummaryOptions): string[] {
  const { jobs, warnings } = document;
  const isTable = jobs.length > MOST_DETAILED_JOBS && !verbose;
  const shown = verbose ? warnings : warnings.slice(0, MOST_WARNINGS);
  const hidden = warnings.length - shown.length;
  const more = `${formatCountOf(hidden, 'more warning')}: see --verbose, or the reports`;
  return [
    '',
    ...renderHead(document, screen),
    ...(isTable ? [] : jobs.flatMap((job) => ['', ...renderJob(job, document, screen, verbose)])),
    ...(jobs.length > 1 ? ['', ...renderTable(jobs, screen, isTable)] : []),
    ...(isTable ? [screen.style('dim', 'details of each job: --verbose')] : []),
    ...renderAgents(document, screen, verbose),
    ...notes([
      ...reportableWaits(document.waits).flatMap((wait) => renderNote('wait', [describeWait(wait)], screen)),
      ...renderFloor(document, screen),
      ...renderChanges(document, screen),
    ]),
    ...shown.flatMap((warning) => renderWarning(warning, screen)),
    ...(hidden === 0 ? [] : ['', ...renderNote('', [more], screen)]),
    ...renderValidity(document, screen, verbose),
    ...renderThresholds(document, screen, verbose),
  ];
}

/** More changes of the load than these are only counted. */
const MOST_CHANGES = 5;

/** Renders the changes of the load while it ran. */
function renderChanges({ changes }: ResultDocument, screen: Terminal): string[] {
  const lines = changes
    .slice(0, MOST_CHANGES)
    .map((change) => `${formatMs(change.at_seconds * 1000)}: ${describeChangeDocument(change)}`);
  const hidden = changes.length - lines.length;
  const more = hidden === 0 ? [] : [`${formatCountOf(hidden, 'more change')}: see the result file`];
  return [...lines, ...more].flatMap((line) => renderNote('load', [line], screen));
}

/** More warnings than these are only counted. */
const MOST_WARNINGS = 5;
/** Columns of the label in the margin, including the gap. */
const MARGIN = 9;

/**
 * Renders the last lines of a run: the verdict, the files, and where metrics and charts are.
 * @param failure of the command, if any
 */
function renderClosing(
  document: ResultDocument,
  screen: Terminal,
  { ownsMetrics = false }: SummaryOptions,
  files: readonly SummaryFile[] = [],
  failure?: CommandFailure,
): string[] {
  const { text, style } = describeVerdict(document, failure);
  return [
    '',
    ...wrap(sanitizeForTerminal(text), screen.columns).map((line) => screen.style(style, line)),
    ...files.map((file) => renderFile(file, screen)),
    ...renderMetrics(document, screen, ownsMetrics),
    ...document.links.map(({ url }) => unbroken('charts', url)),
  ];
}

function renderFile({ kind, path, isWritten }: SummaryFile, screen: Terminal): string {
  if (!isWritten) return screen.style('red', unbroken(kind, `not written: ${path}`));
  return unbroken(kind, screen.isTerminal ? pathToFileURL(resolve(path)).href : path);
}

/** Never truncated or wrapped: terminals only recognize whole URLs as links, and paths are copied. */
function unbroken(label: string, text: string): string {
  return `${alignLeft(label, Math.max(MARGIN - 1, label.length))} ${sanitizeForTerminal(text)}`;
}

function renderHead(document: ResultDocument, screen: Terminal): string[] {
  const {
    workload,
    target,
    end,
    elapsed_seconds: seconds,
    agent,
    agents,
    threads,
    seed,
    run_id: runId,
    reason,
  } = document;
  const title = `${workload} on ${target}: ${endPhrase(end, seconds * 1000)}`;
  const names =
    agents.length === 0 ? [`agent ${agent}`] : [`coordinator ${agent}`, formatCountOf(agents.length, 'agent')];
  const details = [...names, formatCountOf(threads, 'thread'), `seed ${seed}`, `run ${runId}`];
  const lines = (text: string): string[] =>
    wrap(sanitizeForTerminal(text), screen.columns).map((line) => truncateText(line, screen.columns));
  return [
    ...lines(title).map((line) => screen.style('bold', line)),
    ...wrapItems(details.map(sanitizeForTerminal), ' · ', screen.columns).map((line) => screen.style('dim', line)),
    ...(reason === null ? [] : lines(reason).map((line) => screen.style('red', line))),
  ];
}

function renderMetrics({ deliveries }: ResultDocument, screen: Terminal, ownsMetrics: boolean): string[] {
  if (deliveries.length === 0) {
    const hint = 'neither pushed nor served: see --metrics_export_url, --metrics_export_port';
    return ownsMetrics ? renderNote('metrics', [hint], screen) : [];
  }
  return deliveries.flatMap(({ target, delivered_samples: delivered, undelivered_samples: undelivered }) => {
    const lost = undelivered > 0 ? `, ${formatCount(undelivered)} undelivered` : '';
    const told = delivered + undelivered === 0 ? 'never scraped' : `${formatCountOf(delivered, 'sample')} delivered`;
    return renderNote('metrics', [`${sanitizeForTerminal(target)}: ${told}${lost}`], screen);
  });
}

/** Factor: a median below this multiple of the floor consists largely of the generator's own latency. */
const NEAR = 5;

/** Renders a note for runs with latencies near the floor of this machine. */
function renderFloor({ floor, jobs }: ResultDocument, screen: Terminal): string[] {
  if (floor === null) return [];
  const mediansMs = jobs.map(({ service_time: service }) => documentedPercentileMs(service, 50));
  const leastMs = Math.min(...mediansMs.filter((median) => !Number.isNaN(median)));
  const floorMs = floor.p50_seconds * 1000;
  if (leastMs >= floorMs * NEAR) return [];
  const note = `a loopback request on this machine takes ${formatMs(floorMs)}, a large part of the median ${formatMs(leastMs)} (see loadbot-agent calibrate)`;
  return renderNote('floor', [note], screen);
}

function renderWarning({ subject, message, hint }: ResultWarning, screen: Terminal): string[] {
  const text = [`${subject}: ${message}`, hint].map(sanitizeForTerminal);
  const [first = '', ...rest] = renderNote('WARNING', text, screen);
  return ['', first.replace('WARNING', (word) => screen.style('yellow', word)), ...rest];
}

/** Puts an empty line before notes, if there are any. */
function notes(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Renders paragraphs with a label in the margin. */
function renderNote(margin: string, paragraphs: readonly string[], screen: Terminal): string[] {
  const lines = paragraphs.flatMap((text) => wrap(text, screen.columns - MARGIN));
  return lines.map((line, index) => alignLeft(index === 0 ? margin : '', MARGIN) + line);
}
