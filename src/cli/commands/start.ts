import { Command } from 'commander';
import { createControlClient } from '../../agent/control-client.ts';
import { systemClock } from '../../core/clock.ts';
import { type AgentFlags, agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';
import { followRun } from '../follow-run.ts';
import { describeRun } from '../status-listing.ts';
import { chooseSource, readWorkload, type SourceOptions } from '../workload-source.ts';

const EXAMPLES = `
Examples:
  loadbot-agent start                          runs the workload that the agent was given
  loadbot-agent start load.jsonc --follow
  generate-load | loadbot-agent start --stdin -u 127.0.0.1:1235
`;

interface StartFlags extends AgentFlags, SourceOptions {
  readonly follow?: boolean;
}

/** `start`: has an agent run a workload. */
export function startCommand(io: CommandIo): Command {
  return new Command('start')
    .summary('have an agent run a workload')
    .description(
      'Has an agent that was started with start-agent run a workload: this file, or the one that it was given before.',
    )
    .argument('[file]', 'workload file; - for standard input')
    .option('-f, --config-file <file>', 'the workload file, as the ancestor spells it')
    .option('--stdin', 'read the workload from standard input')
    .addOption(agentOption())
    .option('--follow', 'follow the run until it ends')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: StartFlags) => {
      const isGiven = file !== undefined || flags.configFile !== undefined || flags.stdin === true;
      const client = createControlClient(flags.agentUri);
      const status = await client.start(isGiven ? await readWorkload(chooseSource(file, flags), io) : undefined);
      const write = (line: string): void => void io.stdout.write(`${line}\n`);
      if (flags.follow === true) await followRun(client, systemClock(), write);
      else write(`started ${describeRun(status)}`);
    });
}
