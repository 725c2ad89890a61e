import { Command } from 'commander';
import { DEFAULT_AGENT_URI } from '../../agent/agent-uri.ts';
import { openAgent } from '../../compose/open-agent.ts';
import { systemClock } from '../../core/clock.ts';
import { observeProcess } from '../../metrics/process-metrics.ts';
import { readRevision } from '../../metrics/revision.ts';
import type { PlanOverrides } from '../../plan/overrides.ts';
import { progressReport } from '../../reports/progress.ts';
import { screenOf } from '../../reports/screen.ts';
import { summaryReport } from '../../reports/summary.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { addLogOptions, type LogOptions, openLog } from '../log-options.ts';
import { addMetricsOptions, type MetricsOptions, metricsOverrides } from '../metrics-options.ts';
import { requireDelivery } from '../require-delivery.ts';
import { stopOnSignals } from '../signals.ts';
import { packageVersion } from '../version.ts';
import { chooseSource, planText, readWorkload, type SourceOptions } from '../workload-source.ts';

interface StartAgentFlags extends SourceOptions, MetricsOptions, LogOptions {
  readonly name?: string;
  readonly port?: string;
}

const EXAMPLES = `
Examples:
  loadbot-agent start-agent --metrics_export_port 9095          # scrape it for weeks; then, whenever you like:
  loadbot-agent start load.jsonc --follow
  loadbot-agent start-agent -f load.jsonc -n 186.12.9.19 -p 1234 \\
      --metrics_export_url http://victoria-metrics:8428/api/v1/import/prometheus
  LOADBOT_GRAFANA_TOKEN=... loadbot-agent start-agent --grafana_url https://grafana.example.com   # writes runs into it
  loadbot-agent start                                           # runs the file that the agent was started with

The agent runs one workload at a time, as it is told by start, and stays for the next one. Its control API listens on
127.0.0.1 alone. Ctrl-C stops the run under way (5 s at most), delivers the last metrics and ends the agent.
`;

/** What an agent without a workload file is planned by: its settings are what the flags say. */
const NOTHING = {
  text: '{"connection_string":"embedded:","jobs":[{"type":"sleep","duration":"1s"}]}',
  source: 'stdin',
};

const DEFAULT_PORT = Number(DEFAULT_AGENT_URI.split(':')[1]);

/** `start-agent`: keeps an agent alive that runs workloads as it is told. */
export function startAgentCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('start-agent')
    .summary('keep an agent alive that runs workloads when told to')
    .description(
      'Keeps an agent alive beside a service: start, stop, progress and status tell it what to do, its metrics are served or ' +
        'pushed all the time.',
    )
    .option('-f, --config-file <file>', 'a workload file: its agent settings count, and start runs its jobs')
    .option('--stdin', 'read that file from standard input')
    .option('-n, --name <name>', 'name of this agent: the label `agent` (default: host name)')
    .option('-p, --port <port>', `port of the control API on 127.0.0.1; 0: any free one (default: ${DEFAULT_PORT})`);
  return addLogOptions(addMetricsOptions(command))
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StartAgentFlags) => exit.with(await live(flags, io, exit)));
}

async function live(flags: StartAgentFlags, io: CommandIo, exit: Exit): Promise<number> {
  const isGiven = flags.configFile !== undefined || flags.stdin === true;
  const workload = isGiven ? await readWorkload(chooseSource(undefined, flags), io) : undefined;
  const overrides: PlanOverrides = { agentName: flags.name, controlPort: flags.port, ...metricsOverrides(flags) };
  const planned = await planText(workload ?? NOTHING, overrides, io);
  const settings = { ...planned, controlPort: planned.controlPort ?? DEFAULT_PORT };

  const clock = systemClock();
  const debug = { on: flags.logLevel === 'debug' };
  const errors = screenOf(process.stderr, io.env);
  const log = openLog(flags, errors, clock, debug);
  const nowMs = (): number => performance.now();
  const { agent, close } = await openAgent(settings, {
    build: { version: packageVersion(), commit: '' },
    revision: readRevision(io.env),
    processMetrics: observeProcess(),
    clock,
    log,
    debug,
    // The agent's own settings are its own; a workload that it is sent says only what to run.
    plan: (text) => planText(text, { agentName: settings.agent, allowLocalSources: flags.allow_local_sources }, io),
    reports: () => [
      progressReport({ screen: errors, log, logFormat: flags.logFormat, quiet: false, nowMs }),
      ...(flags.logFormat === 'json' ? [] : [summaryReport(screenOf(process.stdout, io.env))]),
    ],
  });
  if (workload !== undefined) await agent.configure(workload);
  log.info(`agent ${settings.agent} waits to be told what to run: loadbot-agent start`);

  const leave = (): void => exit.now(EXIT.stoppedBySignal);
  await new Promise<void>((resolve) => {
    stopOnSignals({ stop: resolve, kill: () => agent.kill() }, log, leave);
  });
  await agent.retire();
  const deliveries = await close();
  if (settings.metrics.requireDelivery) requireDelivery(deliveries);
  return EXIT.ok;
}
