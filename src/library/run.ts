import { Run } from '../agent/run.ts';
import { openRun } from '../compose/open-run.ts';
import { processMetricsOf } from '../compose/services.ts';
import { readRevision } from '../metrics/agent-families.ts';
import { readBuild } from '../metrics/read-build.ts';
import { inputFiles, removeOlderResults, requireSeparateOutputs } from '../planning/output-files.ts';
import type { PlannedWorkload } from '../planning/plan-workload.ts';
import { toResultDocument } from '../reports/document/result-document.ts';
import type { Reporter, RunResult } from '../reports/report.ts';
import { systemClock } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';
import { setLibrarySink } from '../shared/library-output.ts';
import type { Log } from '../shared/log.ts';
import { adviseOn } from '../workload/plan-advice.ts';
import { hasPositions, type Input, openInput } from './internal/input.ts';
import type { RunOptions } from './options.ts';
import { progressReport } from './internal/progress-report.ts';
import { openReports, outputsOf } from './internal/report-files.ts';
import type { Result, Verdict } from './result.ts';
import { toRunError } from './run-error.ts';
import { oneAtATime } from './internal/turns.ts';
import type { Workload } from './workload.ts';

/**
 * Runs a workload once, as the command does. It prints nothing, handles no signals of the process and never ends it. Runs
 * of one process follow each other: a second one that is started meanwhile is refused, as it would disturb the first.
 * @param workload a workload, or the path of a file: JSON with comments, YAML, or a module (`.mjs`), which is evaluated
 * @returns the result, also when thresholds failed, when the numbers are not to be trusted, and after a stop
 * @throws {RunError} when the command would exit with 104 (invalid input) or 1 (any other failure)
 */
export async function run(workload: Workload | string, options: RunOptions = {}): Promise<Result> {
  let result: Result | undefined;
  try {
    return await oneAtATime(() => runOnce(workload, options, (ended) => (result = ended)));
  } catch (error) {
    throw toRunError(error, hasPositions(workload), result);
  } finally {
    setLibrarySink(ignore);
  }
}

const ignore = (): void => {};

async function runOnce(
  workload: Workload | string,
  options: RunOptions,
  onEnd: (result: Result) => void,
): Promise<Result> {
  const log = createCallbackLog(options.onLog);
  setLibrarySink(({ message, thread }) => log.warn(message, { source: 'library', thread }));
  const input = openInput(workload, options, 'run');
  const outputs = outputsOf(options.reports ?? {});
  const planned = await input.plan().catch(async (error: unknown) => {
    await removeOlderResults(outputs.filter(({ kind }) => kind === 'json').map(({ path }) => path));
    throw error;
  });
  await requireSeparateOutputs(outputs, inputFiles(input.path ?? '-', planned, input.io.env));
  const warn = (message: string): void => log.warn(message);
  const reports = [
    resultReport(onEnd),
    ...(options.onProgress === undefined ? [] : [progressReport(options.onProgress, warn)]),
    ...(await openReports(outputs, warn)),
  ];
  for (const text of adviseOn(planned.plan)) log.warn(text);
  return toResult(await execute(planned, input, reports, log, options.signal));
}

async function execute(
  { plan }: PlannedWorkload,
  { io }: Input,
  reports: readonly Reporter[],
  log: Log,
  signal: AbortSignal | undefined,
): Promise<RunResult> {
  const clock = systemClock();
  const build = readBuild();
  const processMetrics = await processMetricsOf(plan);
  const parts = { build, revision: readRevision(io.env), processMetrics, clock, log, debug: { on: false } };
  const run = new Run({ plan, open: (handle) => openRun(plan, handle, parts), clock, log, build, reports });
  const stop = (): void => run.terminate();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  try {
    return await run.execute();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Reports the result also of a run that fails after its load. */
function resultReport(onEnd: (result: Result) => void): Reporter {
  return { end: (result) => onEnd(toResult(result)) };
}

/** Verdicts of the outcomes; a failed run rejects, and its error has the result. */
const VERDICTS: Readonly<Record<RunResult['verdict'], Verdict>> = {
  passed: 'passed',
  invalid: 'invalid',
  thresholds_failed: 'failed',
  aborted: 'failed',
  failed: 'failed',
  undelivered: 'undelivered',
  stopped: 'stopped',
};

function toResult(result: RunResult): Result {
  const document = toResultDocument(result);
  const { jobs, thresholds } = document;
  const { verdict, exitStatus, reason } = result;
  return { verdict: VERDICTS[verdict], exitStatus, reason, jobs, thresholds, document };
}

/** Errors of a callback must not change the run. */
function createCallbackLog(onLog: RunOptions['onLog']): Log {
  if (onLog === undefined) return { error: ignore, warn: ignore, info: ignore, debug: ignore };
  const at =
    (level: keyof Log): Log['info'] =>
    (message, fields = {}) => {
      try {
        onLog({ level, message, fields });
      } catch (error) {
        process.emitWarning(`onLog of a run threw: ${messageOf(error)}`);
      }
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
