import { endReport } from '../../agent/result.ts';
import { Run } from '../../agent/run.ts';
import { openRun } from '../../compose/open-run.ts';
import { processMetricsOf } from '../../compose/services.ts';
import { systemClock } from '../../shared/clock.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { adviseOn } from '../../workload/plan-advice.ts';
import type { Log } from '../../shared/log.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { readRevision } from '../../metrics/agent-families.ts';
import type { Plan } from '../../plan/plan.ts';
import { loadProgress } from '../../reports/terminal/progress.ts';
import type { FileReport } from '../../reports/file-reports.ts';
import type { NamedFile } from '../../reports/output/output-conflicts.ts';
import type { Reporter, RunResult } from '../../reports/report.ts';
import { type Terminal, openTerminal } from '../../reports/terminal/terminal.ts';
import { RunSummary, type SummaryFile } from '../../reports/terminal/summary.ts';
import type { CommandIo } from '../command-io.ts';
import { type ControlFlags, readControlAccess } from '../control-options.ts';
import { EXIT, exitCodeOf } from '../../shared/exit-status.ts';
import { type LogFlags, openLog } from '../log-options.ts';
import { printError } from '../print-error.ts';
import { inputFiles, removeOlderResults, requireSeparateOutputs } from '../../planning/output-files.ts';
import { parseReports } from '../report-options.ts';
import { requireDelivery } from '../../agent/required-delivery.ts';
import type { Signals } from '../signals.ts';
import type { FleetSettings } from '../../compose/fleet-settings.ts';
import type { FleetRunFlags } from '../fleet-options.ts';
import { withShortName } from '../url-flags.ts';
import { readBuild } from '../../metrics/read-build.ts';
import { type InputFlags, openInput } from '../workload-input.ts';

export interface RunFlags extends InputFlags, LogFlags, FleetRunFlags, ControlFlags {
  readonly out?: string;
  readonly report?: readonly string[];
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly retry_invalid?: number;
}

/** Runs a workload once; returns the exit code. */
export async function runWorkload(
  file: string | undefined,
  given: RunFlags,
  io: CommandIo,
  signals: Signals,
): Promise<number> {
  const flags = withShortName(file, given);
  const input = await openInput('run', file, flags, io);
  const { source } = input;
  const outputs = outputsOf(flags);
  const fleet = await fleetSettingsOf(flags, io);
  const planned = await input.plan(flags).catch(async (error: unknown) => {
    await removeOlderResults(outputs.results.map(({ path }) => path));
    throw error;
  });
  if (flags.print_workload === true && input.text !== undefined) {
    io.stdout.write(input.text);
    return EXIT.ok;
  }
  const inputs = [...input.files, ...inputFiles(input.text === undefined ? source : '-', planned, io.env)];
  await requireSeparateOutputs([...outputs.results, ...outputs.reports], inputs);
  const { retry_invalid: retries = 0 } = flags;
  if (retries > 0) requireRepeatable(source, outputs);
  let status = await execute(planned.plan, fleet, outputs, flags, io, signals);
  for (let left = retries; left > 0 && status === EXIT.notTrustworthy; left--) {
    io.stderr.write(`the measurement is not to be trusted: running again (${retries - left + 1} of ${retries})\n`);
    // With its own id.
    const again = await input.plan(flags);
    status = await execute(again.plan, fleet, outputs, flags, io, signals);
  }
  return status;
}

/** Loads the code of fleets only for a run on one. */
async function fleetSettingsOf(flags: RunFlags, io: CommandIo): Promise<FleetSettings | undefined> {
  if (flags.agents === undefined) return undefined;
  const { readFleetSettings } = await import('../fleet-settings.ts');
  return readFleetSettings(flags, io.env);
}

/** @throws {LoadbotError} `config_invalid` for an input or output that can be used only once */
function requireRepeatable(source: string, { results, reports }: Outputs): void {
  const once = [...results, ...reports].find(({ path }) => path === '-');
  if (source !== '-' && once === undefined) return;
  const what = source === '-' ? 'the workload is on standard input' : `${once?.role ?? ''} goes to standard output`;
  throw new LoadbotError('config_invalid', `--retry_invalid may run several times, but ${what}`, {
    hint: 'give it a file',
  });
}

/** Output files of a run. */
interface Outputs {
  /** Result files: they hold the state of the run from its beginning on. */
  readonly results: readonly NamedFile[];
  readonly reports: readonly (FileReport & NamedFile)[];
}

function outputsOf({ out, report = [] }: RunFlags): Outputs {
  const files = parseReports(report).map(({ kind, path }) => ({ kind, path, role: `--report ${kind}` }));
  return {
    results: [
      ...(out === undefined ? [] : [{ path: out, role: '--out' }]),
      ...files.filter(({ kind }) => kind === 'json'),
    ],
    reports: files.filter(({ kind }) => kind !== 'json'),
  };
}

async function execute(
  plan: Plan,
  fleet: FleetSettings | undefined,
  outputs: Outputs,
  flags: RunFlags,
  io: CommandIo,
  signals: Signals,
): Promise<number> {
  const clock = systemClock();
  const errors = openTerminal(process.stderr, io.env);
  const debug = { on: flags.logLevel === 'debug' };
  const log = openLog(flags, errors, clock, debug);
  for (const text of adviseOn(plan)) log.warn(sanitizeForTerminal(text));
  const access = await readControlAccess(flags, io.env);
  const build = readBuild();
  const surface = { build, revision: readRevision(io.env), processMetrics: await processMetricsOf(plan) };
  const { reports, files, summary } = await reportsOf(outputs, flags, io, errors, log);
  const run = new Run({
    plan,
    open: (handle) => openRun(plan, handle, { ...surface, clock, log, debug, fleet, access }),
    clock,
    log,
    build,
    reports,
  });
  signals.stop({ stop: () => run.terminate(), kill: () => run.kill() }, log);
  // A bug of this program must not lose the results.
  const onFault = (error: unknown): void => run.kill(error);
  process.on('uncaughtException', onFault);
  try {
    const { verdict, exitStatus, deliveries } = await run.execute();
    if (verdict === 'undelivered') requireDelivery(deliveries);
    summary?.close(files);
    return exitStatus;
  } catch (error) {
    if (summary?.hasBegun !== true) throw error;
    // Errors come before the closing lines.
    printError(error, io.stderr);
    const status = error instanceof LoadbotError ? exitCodeOf(error.code) : EXIT.internal;
    summary.close(files, { status, message: messageOf(error) });
    return status;
  } finally {
    process.off('uncaughtException', onFault);
  }
}

/** Reports of a run, and what the summary tells of them at the very end. */
interface RunOutputs {
  readonly reports: readonly Reporter[];
  readonly files: readonly SummaryFile[];
  /** Absent where other text would break the readers of standard output. */
  readonly summary: RunSummary | undefined;
}

/** Adds a report to `files`, with whether it has been written. */
function noted(kind: string, path: string, report: Reporter, files: SummaryFile[]): Reporter {
  const file = { kind, path, isWritten: false };
  // A result on standard output is not a file.
  if (path !== '-') files.push(file);
  const end = async (result: RunResult): Promise<void> => {
    await report.end(result);
    file.isWritten = true;
  };
  return { ...report, end };
}

/** Loads and opens reports before the load, which they must not disturb; an unwritable path fails at once. */
async function reportsOf(
  outputs: Outputs,
  flags: RunFlags,
  io: CommandIo,
  errors: Terminal,
  log: Log,
): Promise<RunOutputs> {
  const { logFormat, quiet = false, verbose = false } = flags;
  const nowMs = (): number => performance.now();
  const writeOut = (text: string): void => void io.stdout.write(text);
  const warn = (message: string): void => log.warn(message);
  const stepSummary = io.env['GITHUB_STEP_SUMMARY'] ?? '';
  // A result on standard output is the only text there.
  const isTaken = [...outputs.results, ...outputs.reports].some(({ path }) => path === '-');
  const progress = await loadProgress({ screen: errors, log, logFormat, quiet, nowMs });
  const files: SummaryFile[] = [];
  // In a terminal the summary has more.
  const isWatched = errors.isTerminal && logFormat === 'text';
  const reports = [...(isWatched ? [] : [endReport(log)]), progress()];
  if (outputs.results.length > 0) {
    const { jsonReport } = await import('../../reports/formats/json.ts');
    const { openOutput } = await import('../../reports/output/output.ts');
    for (const { path } of outputs.results) {
      reports.push(noted('result', path, jsonReport(await openOutput(path, writeOut), warn), files));
    }
  }
  if (outputs.reports.length > 0) {
    const { openFileReports } = await import('../../reports/file-reports.ts');
    for (const report of outputs.reports) {
      reports.push(noted(report.kind, report.path, await openFileReports([report], writeOut), files));
    }
  }
  if (stepSummary !== '') {
    const { stepSummaryReport } = await import('../../reports/formats/step-summary.ts');
    reports.push(stepSummaryReport(stepSummary, warn));
  }
  // The last record of a JSON log has the figures; text between its records would break its readers.
  if (isTaken && logFormat === 'json') return { reports, files, summary: undefined };
  const summary = new RunSummary(isTaken ? errors : openTerminal(process.stdout, io.env), {
    verbose,
    ownsMetrics: true,
  });
  return { reports: [...reports, summary], files, summary };
}
