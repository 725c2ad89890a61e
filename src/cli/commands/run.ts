import { Command } from 'commander';
import { Run } from '../../agent/run.ts';
import { openRun } from '../../compose/open-run.ts';
import { systemClock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { observeProcess } from '../../metrics/process-metrics.ts';
import { readRevision } from '../../metrics/revision.ts';
import type { PlanOverrides } from '../../plan/overrides.ts';
import type { Plan } from '../../plan/plan.ts';
import { openFileReports } from '../../reports/file-reports.ts';
import { openJsonReport } from '../../reports/json.ts';
import { progressReport } from '../../reports/progress.ts';
import type { Report, RunEnd } from '../../reports/report.ts';
import { type Screen, screenOf } from '../../reports/screen.ts';
import { stepSummaryReport } from '../../reports/step-summary.ts';
import { summaryReport } from '../../reports/summary.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { packageVersion } from '../version.ts';
import { addLogOptions, type LogOptions, openLog } from '../log-options.ts';
import { addMetricsOptions, type MetricsOptions, metricsOverrides } from '../metrics-options.ts';
import { parseReports, REPORT_KINDS, reportOption } from '../report-options.ts';
import { requireDelivery } from '../require-delivery.ts';
import { chooseSource, planWorkload, type SourceOptions } from '../workload-source.ts';
import { stopOnSignals } from '../signals.ts';

interface RunFlags extends SourceOptions, MetricsOptions, LogOptions {
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

const EXAMPLES = `
Examples:
  loadbot-agent run load.jsonc
  loadbot-agent run load.jsonc --metrics_export_port 9095          # scrape http://127.0.0.1:9095/metrics
  loadbot-agent run load.yaml --metrics_export_url http://victoria-metrics:8428/api/v1/import/prometheus
  loadbot-agent run load.yaml --metrics_export_url http://pushgateway:9091/metrics/job/loadbot --label team=shop
  LOADBOT_METRICS_EXPORT_BEARER_TOKEN=... loadbot-agent run load.yaml --require_delivery \\
      --metrics_export_url https://prometheus.example.com/api/v1/write --metrics_export_header "X-Scope-OrgID: load"
  loadbot-agent run load.jsonc --connection_string http://staging:8080 --out result.json --quiet
  loadbot-agent run load.jsonc --report html=report.html,junit=report.xml,json=result.json
  loadbot-agent run load.jsonc --allow_invalid                     # on a laptop that does other things as well
  LOADBOT_GRAFANA_TOKEN=... loadbot-agent run load.jsonc --grafana_url https://grafana.example.com
  loadbot-agent run load.jsonc --port 1234                         # then: loadbot-agent status, progress, stop
  generate-load | loadbot-agent run --stdin

Exit status: 0 done, 99 a threshold did not hold, a job waited in vain (wait_for) or abort_when held, 104 invalid workload or
flags, 105 stopped by a signal or by loadbot-agent stop, 112 the measurement is not to be trusted (unless --allow_invalid),
113 metrics were not delivered although --require_delivery was given, 1 anything else. Of several, a failure beats 105, which beats 112, then 99, then 113.
The first Ctrl-C lets requests under way finish (5 s at most), the second exits at once; both report what there is.
`;

/** `run FILE`: runs a workload once and exits. */
export function runCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('run')
    .description('run a workload once and exit')
    .argument('[file]', 'workload file: JSON with comments, or YAML; - for standard input')
    .option('-f, --config-file <file>', 'the workload file, as the ancestor spells it')
    .option('--stdin', 'read the workload from standard input')
    .option('--connection_string <url>', 'the target, instead of the one in the file')
    .option('-n, --name <name>', 'name of this agent: the label `agent` (default: host name)')
    .option('-p, --port <port>', 'let status, progress and stop ask it on this port of 127.0.0.1; 0: any free one')
    .option('--threads <number>', 'load threads (default: 1)')
    .option('--seed <number>', 'seed of all generated data and random arrivals (default: 1)');
  return addLogOptions(addMetricsOptions(command))
    .option('-o, --out <file>', 'write the result as JSON; - for standard output')
    .addOption(reportOption(`write a report: ${REPORT_KINDS.join(', ')}; several with commas, or repeated`))
    .option('--allow_invalid', 'do not exit with 112 when the measurement is not to be trusted')
    .option('-q, --quiet', 'no progress; the summary and warnings are still printed')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: RunFlags) => {
      const { plan } = await planWorkload(chooseSource(file, flags), overridesOf(flags), io);
      exit.with(await execute(plan, flags, io, exit));
    });
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
  const build = { version: packageVersion(), commit: '' };
  const surface = { build, revision: readRevision(io.env), processMetrics: observeProcess() };
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

async function reportsOf(flags: RunFlags, io: CommandIo, errors: Screen, log: Log): Promise<Report[]> {
  const { logFormat, quiet = false, out } = flags;
  const nowMs = (): number => performance.now();
  const writeOut = (text: string): void => void io.stdout.write(text);
  const files = parseReports(flags.report ?? []);
  const stepSummary = io.env['GITHUB_STEP_SUMMARY'] ?? '';
  // Standard output is for the result alone once it goes there.
  const isTaken = out === '-' || files.some(({ path }) => path === '-');
  return [
    progressReport({ screen: errors, log, logFormat, quiet, nowMs }),
    ...(out === undefined ? [] : [await openJsonReport(out, writeOut)]),
    ...(files.length === 0 ? [] : [await openFileReports(files, writeOut)]),
    ...(stepSummary === '' ? [] : [stepSummaryReport(stepSummary, (message) => log.warn(message))]),
    summaryReport(isTaken ? errors : screenOf(process.stdout, io.env)),
  ];
}
