import { Command } from 'commander';
import type { ConfigFlags } from '../actions/config.ts';
import { agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Examples:
  loadbot-agent config                         prints the workload that start would run
  loadbot-agent config load.jsonc              gives the agent another one
`;

/** `config`: shows or sets the workload that an agent runs on `start`. */
export function configCommand(io: CommandIo): Command {
  return new Command('config')
    .summary('show or set the workload that an agent runs')
    .description('Shows the workload that an agent runs on start, or replaces it.')
    .argument('[file]', 'workload file; - for standard input')
    .option('-f, --config-file <file>', 'the same, as a flag')
    .option('--stdin', 'read the workload from standard input')
    .addOption(agentOption())
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: ConfigFlags) => {
      const { showOrSetConfig } = await import('../actions/config.ts');
      await showOrSetConfig(file, flags, io);
    });
}
