import { Command } from 'commander';
import { DEFAULT_AGENT_PORT } from '../../agent/agent-uri.ts';
import { LOAD_FLAGS, METRICS_FLAGS } from '../../workload/flags.ts';
import type { StartAgentFlags } from '../actions/start-agent.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { addLogOptions } from '../log-options.ts';
import { addControlOptions } from '../control-options.ts';
import { addFleetAgentOptions } from '../fleet-options.ts';
import { addPlanOptions, collect } from '../plan-options.ts';
import { VERBOSE } from '../report-options.ts';
import { addRunStoreOptions } from '../run-store-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent start-agent --metrics_export_port 9095          # runs for weeks; to start a run:
  loadbot-agent start load.jsonc --follow
  loadbot-agent start-agent -f load.jsonc -n 186.12.9.19 -p 1234 \\
      --metrics_export_url http://victoria-metrics:8428/api/v1/import/prometheus
  LOADBOT_GRAFANA_TOKEN=... loadbot-agent start-agent --grafana_url https://grafana.example.com   # writes runs into it
  loadbot-agent start-agent --bus nats://127.0.0.1:4222 --name a1 --threads 2   # for run --agents
  loadbot-agent start                                           # runs the jobs of the agent's file
  loadbot-agent start-agent -f load.jsonc --watch_config        # a changed file is used at once
  loadbot-agent start-agent --state /var/lib/loadbot-agent --keep_runs 200   # past runs: loadbot-agent runs

The agent runs one workload at a time, on request, and then waits for the next one. Its control API listens on
127.0.0.1; --control_host opens it to a network, with a token.
Ctrl-C stops the current run (5 s at most), delivers the last metrics and ends the agent.
`;

/** `start-agent`: runs an agent that executes workloads on request. */
export function startAgentCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('start-agent')
    .summary('run an agent that executes workloads on request')
    .description(
      'Runs an agent beside a service. start, stop, progress and status control it. Its metrics are always served or pushed.',
    )
    .option(
      '-f, --config-file <file>',
      'workload file with the settings of the agent; start without a file runs its jobs',
    )
    .option('--stdin', 'read that file from standard input')
    .option('--watch_config', 'when that file changes, use it; a run of it is stopped and started again');
  addPlanOptions(command, LOAD_FLAGS, {
    port: `port of the control API on 127.0.0.1; 0: any free one (default: ${DEFAULT_AGENT_PORT})`,
  });
  addRunStoreOptions(command);
  command
    .option(
      '--allow_files <folder>',
      'folder whose files received workloads may read; may be repeated (default: none)',
      collect,
    )
    .option(
      '--allow_targets <host>',
      'host that received workloads, and runs of a fleet, may send load to; *.example.com; may be repeated (default: any)',
      collect,
    );
  return addFleetAgentOptions(addControlOptions(addLogOptions(addPlanOptions(command, METRICS_FLAGS))))
    .option('--verbose', VERBOSE)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StartAgentFlags) => {
      const { runAgent } = await import('../actions/start-agent.ts');
      exit.with(await runAgent(flags, io, exit));
    });
}
