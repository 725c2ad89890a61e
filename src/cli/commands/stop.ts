import { Command } from 'commander';
import { type AgentFlags, agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Examples:
  loadbot-agent stop
  loadbot-agent stop -u 127.0.0.1:1235
`;

/** `stop`: stops the run of an agent, as a first Ctrl-C there would. */
export function stopCommand(io: CommandIo): Command {
  return new Command('stop')
    .summary('stop a run')
    .description(
      'Stops the run of an agent as a first Ctrl-C there would: requests in flight may finish, results are reported, ' +
        'metrics delivered, and it exits with 105. Does not wait for that.',
    )
    .addOption(agentOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: AgentFlags) => {
      const { stopRun } = await import('../actions/stop.ts');
      await stopRun(flags, io);
    });
}
