import { Command } from 'commander';
import { createControlClient } from '../../agent/control-client.ts';
import { type AgentFlags, agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';
import { chooseSource, readWorkload, type SourceOptions } from '../workload-source.ts';

const EXAMPLES = `
Examples:
  loadbot-agent config                         prints the workload that start would run
  loadbot-agent config load.jsonc              gives the agent another one
`;

/** `config`: shows or sets the workload that an agent runs when it is told to start. */
export function configCommand(io: CommandIo): Command {
  return new Command('config')
    .summary('show or set the workload that an agent runs')
    .description('Shows the workload that an agent runs when it is told to start, or gives it another one.')
    .argument('[file]', 'workload file; - for standard input')
    .option('-f, --config-file <file>', 'the workload file, as the ancestor spells it')
    .option('--stdin', 'read the workload from standard input')
    .addOption(agentOption())
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: AgentFlags & SourceOptions) => {
      const isGiven = file !== undefined || flags.configFile !== undefined || flags.stdin === true;
      const client = createControlClient(flags.agentUri);
      if (!isGiven) {
        const { text } = await client.config();
        io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
        return;
      }
      const workload = await readWorkload(chooseSource(file, flags), io);
      await client.configure(workload);
      io.stdout.write(`the agent at ${flags.agentUri} will run ${workload.source} when it is told to start\n`);
    });
}
