import { Argument, Command } from 'commander';
import type { DebugState } from '../actions/debug.ts';
import { type AgentFlags, agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Examples:
  loadbot-agent debug                          shows whether an agent logs debug messages
  loadbot-agent debug on                       each push and each scrape is logged from now on; loadbot_debug is 1
`;

/** `debug`: switches an agent's debug messages while it works. */
export function debugCommand(io: CommandIo): Command {
  return new Command('debug')
    .summary('switch the debug messages of a run or an agent')
    .description('Switches the debug messages of a run or an agent while it works, whatever its --log-level.')
    .addArgument(new Argument('[state]').choices(['on', 'off']))
    .addOption(agentOption())
    .addHelpText('after', EXAMPLES)
    .action(async (state: DebugState | undefined, flags: AgentFlags) => {
      const { switchDebug } = await import('../actions/debug.ts');
      await switchDebug(state, flags, io);
    });
}
