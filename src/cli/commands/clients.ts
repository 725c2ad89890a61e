import { Command, Argument } from 'commander';
import type { StartFlags } from '../actions/start.ts';
import { LOAD_FLAGS } from '../../workload/flags.ts';
import { agentOption, intervalOption, type AgentFlags } from '../agent-options.ts';
import { agentsOption } from '../agent-options.ts';
import { addPlanOptions } from '../plan-options.ts';
import { tokenOption } from '../control-options.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import type { StatusFlags } from '../actions/status.ts';
import type { ProgressFlags } from '../actions/progress.ts';
import { REPORT_KINDS } from '../../reports/report-kinds.ts';
import type { ResultFlags } from '../actions/result.ts';
import { reportOption, VERBOSE } from '../report-options.ts';
import { kindOption } from './report.ts';
import type { ConfigFlags } from '../actions/config.ts';
import type { DebugState } from '../actions/debug.ts';

const START_EXAMPLES = `
Examples:
  loadbot-agent start                          runs the workload that the agent has
  loadbot-agent start load.jsonc --follow
  loadbot-agent start load.jsonc --param RATE=200/s --environment staging
  generate-load | loadbot-agent start --stdin -u 127.0.0.1:1235

Exit status: 0 started, or with --follow that of run: 0 passed, 99 a threshold failed, 105 stopped, 112 the run is invalid;
104 the workload is invalid, 1 no agent answers.
`;

/** `start`: has an agent run a workload. */
export function startCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('start')
    .summary('start a run in an agent')
    .description(
      'Starts a run in an agent of start-agent: of this workload file, or of the workload that the agent has.',
    )
    .argument('[file]', 'workload file; - for standard input')
    .option('-f, --config-file <file>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input');
  return addPlanOptions(command, LOAD_FLAGS)
    .addOption(agentOption())
    .addOption(tokenOption())
    .option('--follow', 'follow the run until it ends, and exit with its status')
    .option('-p, --progress', 'the same as --follow')
    .addOption(intervalOption('with --follow, time between two lines of a job'))
    .addHelpText('after', START_EXAMPLES)
    .action(async (file: string | undefined, flags: StartFlags) => {
      const { startRun } = await import('../actions/start.ts');
      exit.with(await startRun(file, flags, io));
    });
}

const STATUS_EXAMPLES = `
Examples:
  loadbot-agent status
  loadbot-agent status -u 127.0.0.1:1234 -u 127.0.0.1:1235       # of two agents, a line each
  loadbot-agent status --json | jq '.jobs[] | {name, requests, errors}'
`;

/** `status`: shows the run of an agent. */
export function statusCommand(io: CommandIo, exit: Exit): Command {
  return new Command('status')
    .summary('show the state of a run')
    .description('Shows the run of an agent: each job with its current numbers. Of several agents: a line each.')
    .addOption(agentsOption())
    .addOption(tokenOption())
    .option('--json', 'print it as JSON, with every number')
    .addHelpText('after', STATUS_EXAMPLES)
    .action(async (flags: StatusFlags) => {
      const { showStatus } = await import('../actions/status.ts');
      exit.with(await showStatus(flags, io));
    });
}

const PROGRESS_EXAMPLES = `
Examples:
  loadbot-agent progress
  loadbot-agent progress -u 127.0.0.1:1235 -i 200ms
  loadbot-agent progress -u 127.0.0.1:1234 -u 127.0.0.1:1235     # of two agents
`;

/** `progress`: follows the run of an agent to its end. */
export function progressCommand(io: CommandIo, exit: Exit): Command {
  return new Command('progress')
    .summary('follow a run until it ends')
    .description(
      'Follows the run of an agent until it ends: one line per second for each running job. The rate covers the time ' +
        'since the previous line, all other numbers the whole job. Lines of several agents begin with their address.',
    )
    .addOption(agentsOption())
    .addOption(tokenOption())
    .addOption(intervalOption('time between two lines of a job'))
    .addHelpText('after', PROGRESS_EXAMPLES)
    .action(async (flags: ProgressFlags) => {
      const { followProgress } = await import('../actions/progress.ts');
      exit.with(await followProgress(flags, io));
    });
}

const RESULT_EXAMPLES = `
Examples:
  loadbot-agent result --html report.html                      # the last run of the agent on this machine
  loadbot-agent result --summary
  loadbot-agent result 0c5f4a9e --html report.html             # a past run, by the beginning of its id: see runs
  loadbot-agent result --out result.json -u 127.0.0.1:1235
  loadbot-agent result                                         # the result file, on standard output

Exit status: 0 written, 104 a report cannot be written, or the run is unknown, 1 no agent answers, or it has no completed run. The exit status does not depend
on the verdict of the run, which is \`verdict\` and \`exit_status\` of the result.
`;

/** `result`: fetches the result of an agent's last run, as a file or as reports. */
export function resultCommand(io: CommandIo): Command {
  const command = new Command('result')
    .summary("fetch the result of an agent's last run, or of a past one")
    .description('Fetches the result of the last run of an agent that was started with start-agent, or of a past run.')
    .argument('[run]', 'past run: its id, four or more characters of it, or latest')
    .addOption(agentOption())
    .addOption(tokenOption())
    .option('--out <file>', 'write the result file; - for standard output, the default without other flags');
  for (const kind of REPORT_KINDS) command.option(...kindOption(kind));
  return command
    .addOption(reportOption('write a report, as with run; may be repeated'))
    .option('--verbose', VERBOSE)
    .addHelpText('after', RESULT_EXAMPLES)
    .action(async (run: string | undefined, flags: ResultFlags) => {
      const { fetchResult } = await import('../actions/result.ts');
      await fetchResult(run, flags, io);
    });
}

const CONFIG_EXAMPLES = `
Examples:
  loadbot-agent config                         prints the workload that start would run
  loadbot-agent config load.jsonc              replaces it
`;

/** `config`: shows or sets the workload that an agent runs on `start`. */
export function configCommand(io: CommandIo): Command {
  const command = new Command('config')
    .summary('show or set the workload that an agent runs')
    .description('Shows the workload that an agent runs on start, or replaces it.')
    .argument('[file]', 'workload file; - for standard input')
    .option('-f, --config-file <file>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input');
  return addPlanOptions(command, LOAD_FLAGS)
    .addOption(agentOption())
    .addOption(tokenOption())
    .addHelpText('after', CONFIG_EXAMPLES)
    .action(async (file: string | undefined, flags: ConfigFlags) => {
      const { showOrSetConfig } = await import('../actions/config.ts');
      await showOrSetConfig(file, flags, io);
    });
}

const DEBUG_EXAMPLES = `
Examples:
  loadbot-agent debug                          shows whether debug logging is on
  loadbot-agent debug on                       logs each push and each scrape; loadbot_debug is 1
`;

/** `debug`: switches an agent's debug messages while it works. */
export function debugCommand(io: CommandIo): Command {
  return new Command('debug')
    .summary('switch debug logging of a run or an agent')
    .description('Switches debug logging of a running agent on or off, whatever its --log-level.')
    .addArgument(new Argument('[state]').choices(['on', 'off']))
    .addOption(agentOption())
    .addOption(tokenOption())
    .addHelpText('after', DEBUG_EXAMPLES)
    .action(async (state: DebugState | undefined, flags: AgentFlags) => {
      const { switchDebug } = await import('../actions/debug.ts');
      await switchDebug(state, flags, io);
    });
}
