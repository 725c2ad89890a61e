import { Command } from 'commander';
import type { ProgressFlags } from '../actions/progress.ts';
import { agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';
import { intervalOption } from '../interval-option.ts';

const EXAMPLES = `
Examples:
  loadbot-agent progress
  loadbot-agent progress -u 127.0.0.1:1235 -i 200ms
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
    .addOption(intervalOption('time between two lines of a job'))
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ProgressFlags) => {
      const { followProgress } = await import('../actions/progress.ts');
      await followProgress(flags, io);
    });
}
