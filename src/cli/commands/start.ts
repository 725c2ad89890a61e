import { Command } from 'commander';
import type { StartFlags } from '../actions/start.ts';
import { agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';
import type { Exit } from '../exit-codes.ts';
import { intervalOption } from '../interval-option.ts';

const EXAMPLES = `
Examples:
  loadbot-agent start                          runs the workload that the agent was given
  loadbot-agent start load.jsonc --follow
  generate-load | loadbot-agent start --stdin -u 127.0.0.1:1235

Exit status: 0 started, or with --follow that of run: 0 passed, 99 a threshold did not hold, 105 stopped, 112 not to be trusted;
104 the workload is not valid, 1 no agent answers.
`;

/** `start`: has an agent run a workload. */
export function startCommand(io: CommandIo, exit: Exit): Command {
  return new Command('start')
    .summary('have an agent run a workload')
    .description(
      'Has an agent that was started with start-agent run a workload: this file, or the one that it was given before.',
    )
    .argument('[file]', 'workload file; - for standard input')
    .option('-f, --config-file <file>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input')
    .addOption(agentOption())
    .option('--follow', 'follow the run until it ends, and exit with its status')
    .option('-p, --progress', 'the same as --follow')
    .addOption(intervalOption('with --follow, time between two lines of a job'))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: StartFlags) => {
      const { startRun } = await import('../actions/start.ts');
      exit.with(await startRun(file, flags, io));
    });
}
