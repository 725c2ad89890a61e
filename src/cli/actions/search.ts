import { executePlan } from '../../compose/execute-plan.ts';
import { processMetricsOf } from '../../compose/services.ts';
import { readRevision } from '../../metrics/agent-families.ts';
import { openOutput } from '../../reports/output/output.ts';
import { openTerminal } from '../../reports/terminal/terminal.ts';
import { findJob } from '../../search/probe-plan.ts';
import { renderAnswer, renderProbe, SEARCH_HEAD } from '../../search/render-search.ts';
import { searchDocument } from '../../search/search-document.ts';
import { searchPace, type SearchResult } from '../../search/search-pace.ts';
import { systemClock } from '../../shared/clock.ts';
import { LoadbotError, type Diagnostic } from '../../shared/errors.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { redactUrl } from '../../shared/redact.ts';
import { parseDuration } from '../../shared/units.ts';
import type { Plan, RequestJobPlan } from '../../plan/plan.ts';
import type { PlanOverrides } from '../../workload/flags.ts';
import { parseRate, RATE } from '../../workload/values.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { openLog } from '../log-options.ts';
import { inputFiles, requireSeparateOutputs } from '../../planning/output-files.ts';
import { planWorkload } from '../../planning/plan-workload.ts';
import { Signals } from '../signals.ts';
import { readBuild } from '../../metrics/read-build.ts';

export interface SearchFlags extends PlanOverrides {
  readonly job?: string;
  readonly from: string;
  readonly to: string;
  readonly probe: string;
  readonly precision: string;
  readonly output?: string;
}

/** Searches and prints each probe and the answer; returns the exit code. */
export async function searchWorkload(file: string, flags: SearchFlags, io: CommandIo, exit: Exit): Promise<number> {
  const settings = readSettings(flags);
  const planned = await planWorkload(file, flags, io);
  const { plan } = planned;
  const job = findJob(plan, flags.job);
  const { output: path } = flags;
  if (path !== undefined) {
    await requireSeparateOutputs([{ path, role: '--output' }], inputFiles(file, planned, io.env));
  }
  const output = path === undefined ? undefined : await openOutput(path, (text) => void io.stdout.write(text));
  // A report on standard output is the only text there.
  const out = path === '-' ? io.stderr : io.stdout;
  const writeLine = (line: string): void => void out.write(`${line}\n`);
  const result = await search(plan, job, settings, io, exit, writeLine);
  if (result === undefined) {
    io.stderr.write('stopped before there was an answer\n');
    return EXIT.stoppedBySignal;
  }
  for (const line of renderAnswer(result)) writeLine(line);
  const document = searchDocument(result, { ...settings, job: job.name, target: redactUrl(plan.target.url) });
  await output?.write(`${JSON.stringify(document, undefined, 2)}\n`);
  return result.holds === undefined ? EXIT.thresholdFailed : EXIT.ok;
}

interface Settings {
  /** Requests per second. */
  readonly from: number;
  readonly to: number;
  readonly probeMs: number;
  /** Share of the pace. */
  readonly precision: number;
}

const LEAST_PROBE_MS = 1000;
const PRECISION = { least: 0.01, most: 0.5 } as const;

/** @throws {LoadbotError} `config_invalid`, with every problem at once */
function readSettings(flags: SearchFlags): Settings {
  const problems: Diagnostic[] = [];
  const refuse = (path: string, expected: string, text: string): void => {
    problems.push({ path, message: `must be ${expected}, not ${JSON.stringify(text)}` });
  };
  const paceOf = (path: string, text: string): number => {
    const pace = RATE.test(text) ? parseRate(text) : Number(text.trim() === '' ? NaN : text);
    if (!(pace > 0 && Number.isFinite(pace))) refuse(path, 'a pace such as 100/s or 6000/m', text);
    return pace;
  };
  const from = paceOf('--from', flags.from);
  const to = paceOf('--to', flags.to);
  if (from > to) problems.push({ path: '--to', message: `must not be below --from, ${flags.from}` });
  const probeMs = parseDuration(flags.probe) ?? NaN;
  if (!(probeMs >= LEAST_PROBE_MS)) refuse('--probe', 'a duration of 1s or more', flags.probe);
  const precision = /^\d+(\.\d+)?%$/.test(flags.precision) ? Number(flags.precision.slice(0, -1)) / 100 : NaN;
  if (!(precision >= PRECISION.least && precision <= PRECISION.most)) {
    refuse('--precision', 'a share from 1% to 50%', flags.precision);
  }
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the flags of search are invalid', { problems });
  return { from, to, probeMs, precision };
}

/** The result; `undefined` when a signal came first. */
async function search(
  plan: Plan,
  job: RequestJobPlan,
  settings: Settings,
  io: CommandIo,
  exit: Exit,
  writeLine: (line: string) => void,
): Promise<SearchResult | undefined> {
  const clock = systemClock();
  const errors = openTerminal(process.stderr, io.env);
  const log = openLog({ logLevel: 'error', logFormat: 'text' }, errors, clock, { on: false });
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const signals = new Signals(() => exit.now(EXIT.stoppedBySignal));
  signals.stop({ stop, kill: stop }, log);
  const processMetrics = await processMetricsOf(plan);
  const parts = { build: readBuild(), revision: readRevision(io.env), processMetrics, clock, log };
  let isHeadWritten = false;
  try {
    return await searchPace(plan, job, {
      ...settings,
      execute: (probe, documents) => executePlan(probe, { ...parts, documents, signal: stopping.signal }),
      onSetUp: () => void io.stderr.write('running the jobs before it\n'),
      onProbe: (probe) => {
        if (!isHeadWritten) writeLine(SEARCH_HEAD);
        isHeadWritten = true;
        writeLine(renderProbe(probe));
      },
    });
  } catch (error) {
    if (stopping.signal.aborted) return undefined;
    throw error;
  } finally {
    signals.release();
  }
}
