import { Command } from 'commander';
import { type AgentFlags, agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Examples:
  loadbot-agent progress
  loadbot-agent progress -u 127.0.0.1:1235
`;

/** `progress`: follows the run of an agent to its end. */
export function progressCommand(io: CommandIo): Command {
  return new Command('progress')
    .summary('follow a run until it ends')
    .description(
      'Follows the run of an agent until it ends: a line a second for each running job. The rate is that since the ' +
        'line before, everything else is of the whole job so far.',
    )
    .addOption(agentOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: AgentFlags) => {
      const { followProgress } = await import('../actions/progress.ts');
      await followProgress(flags, io);
    });
}
