import { Command } from 'commander';
import type { StatusFlags } from '../actions/status.ts';
import { agentOption } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Examples:
  loadbot-agent status
  loadbot-agent status -u 127.0.0.1:1235
  loadbot-agent status --json | jq '.jobs[] | {name, requests, errors}'
`;

/** `status`: shows the run of an agent. */
export function statusCommand(io: CommandIo): Command {
  return new Command('status')
    .summary('show the state of a run')
    .description('Shows the run of an agent: each job with its numbers so far.')
    .addOption(agentOption())
    .option('--json', 'print it as JSON, with every number')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StatusFlags) => {
      const { showStatus } = await import('../actions/status.ts');
      await showStatus(flags, io);
    });
}
