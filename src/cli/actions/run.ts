import { Run } from '../../agent/run.ts';
import { openRun } from '../../compose/open-run.ts';
import { processMetricsOf } from '../../compose/process-metrics-of.ts';
import { systemClock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { readRevision } from '../../metrics/revision.ts';
import type { PlanOverrides } from '../../plan/overrides.ts';
import type { Plan } from '../../plan/plan.ts';
import { loadProgress } from '../../reports/progress.ts';
import type { Report, RunEnd } from '../../reports/report.ts';
import { type Screen, screenOf } from '../../reports/screen.ts';
import { summaryReport } from '../../reports/summary.ts';
import { chooseSource, type SourceOptions } from '../choose-source.ts';
import type { CommandIo } from '../command-io.ts';
import { type Exit, EXIT } from '../exit-codes.ts';
import { type LogOptions, openLog } from '../log-options.ts';
import { type MetricsOptions, metricsOverrides } from '../metrics-options.ts';
import { planWorkload } from '../plan-workload.ts';
import { parseReports } from '../report-options.ts';
import { requireDelivery } from '../require-delivery.ts';
import { stopOnSignals } from '../signals.ts';
import { readBuild } from '../version.ts';

export interface RunFlags extends SourceOptions, MetricsOptions, LogOptions {
  readonly connection_string?: string;
  readonly name?: string;
  readonly port?: string;
  readonly threads?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly report?: readonly string[];
  readonly allow_invalid?: boolean;
  readonly quiet?: boolean;
}

const EXIT_OF_END: Readonly<Record<RunEnd, number>> = {
  completed: EXIT.ok,
  stopped: EXIT.stoppedBySignal,
  aborted: EXIT.thresholdFailed,
  failed: EXIT.internal,
};

/** Runs a workload once; returns the exit code. */
export async function runWorkload(
  file: string | undefined,
  flags: RunFlags,
  io: CommandIo,
  exit: Exit,
): Promise<number> {
  const { plan } = await planWorkload(chooseSource(file, flags), overridesOf(flags), io);
  return execute(plan, flags, io, exit);
}

/** The flags as the plan takes them; each beats its field of the file. */
function overridesOf(flags: RunFlags): PlanOverrides {
  return {
    connectionString: flags.connection_string,
    agentName: flags.name,
    controlPort: flags.port,
    threads: flags.threads,
    seed: flags.seed,
    allowInvalid: flags.allow_invalid,
    ...metricsOverrides(flags),
  };
}

async function execute(plan: Plan, flags: RunFlags, io: CommandIo, exit: Exit): Promise<number> {
  const clock = systemClock();
  const errors = screenOf(process.stderr, io.env);
  const debug = { on: flags.logLevel === 'debug' };
  const log = openLog(flags, errors, clock, debug);
  const build = readBuild();
  const surface = { build, revision: readRevision(io.env), processMetrics: await processMetricsOf(plan) };
  const run = new Run({
    open: (handle) => openRun(plan, handle, { ...surface, clock, log, debug }),
    clock,
    log,
    build,
    reports: await reportsOf(flags, io, errors, log),
  });
  const release = stopOnSignals(run, log, () => exit.now(EXIT.stoppedBySignal));
  // A fault of ours must not take the results with it.
  const onFault = (error: unknown): void => run.kill(error);
  process.on('uncaughtException', onFault);
  try {
    const { end, deliveries, thresholds, validity } = await run.execute();
    // Numbers that are not to be trusted neither hold nor break a threshold.
    const isJudged = end === 'completed' || end === 'aborted';
    if (isJudged && !validity.valid && !plan.allowInvalid) return EXIT.notTrustworthy;
    if (end === 'completed' && thresholds.some(({ ok }) => !ok)) return EXIT.thresholdFailed;
    // What failed first is told; that samples are missing is in the summary all the same.
    if (end === 'completed' && plan.metrics.requireDelivery) requireDelivery(deliveries);
    return EXIT_OF_END[end];
  } finally {
    process.off('uncaughtException', onFault);
    release();
  }
}

/** Loads and opens them before any load: nothing is to disturb that, and a path that cannot be written is told at once. */
async function reportsOf(flags: RunFlags, io: CommandIo, errors: Screen, log: Log): Promise<Report[]> {
  const { logFormat, quiet = false, out } = flags;
  const nowMs = (): number => performance.now();
  const writeOut = (text: string): void => void io.stdout.write(text);
  const files = parseReports(flags.report ?? []);
  const stepSummary = io.env['GITHUB_STEP_SUMMARY'] ?? '';
  // Standard output is for the result alone once it goes there.
  const isTaken = out === '-' || files.some(({ path }) => path === '-');
  const progress = await loadProgress({ screen: errors, log, logFormat, quiet, nowMs });
  const reports = [progress()];
  if (out !== undefined) {
    const { openJsonReport } = await import('../../reports/json.ts');
    reports.push(await openJsonReport(out, writeOut));
  }
  if (files.length > 0) {
    const { openFileReports } = await import('../../reports/file-reports.ts');
    reports.push(await openFileReports(files, writeOut));
  }
  if (stepSummary !== '') {
    const { stepSummaryReport } = await import('../../reports/step-summary.ts');
    reports.push(stepSummaryReport(stepSummary, (message) => log.warn(message)));
  }
  return [...reports, summaryReport(isTaken ? errors : screenOf(process.stdout, io.env))];
}
