import { Command } from 'commander';
import type { RunsFlags } from '../actions/runs.ts';
import { agentsOption } from '../agent-options.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { tokenOption } from '../control-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent runs
  loadbot-agent runs -u 127.0.0.1:1234 -u 127.0.0.1:1235       # of two agents
  loadbot-agent runs --json

An agent keeps its past runs in the folder of --state, up to --keep_runs: see loadbot-agent start-agent --help. A run that the
end of its process interrupted has a partial result. loadbot-agent result RUN fetches a result.

Exit status: 0 listed, 1 an agent does not answer.
`;

/** `runs`: lists the past runs of agents. */
export function runsCommand(io: CommandIo, exit: Exit): Command {
  return new Command('runs')
    .summary('list the past runs of an agent')
    .description('Lists the past runs of agents that were started with start-agent, the newest first.')
    .addOption(agentsOption())
    .addOption(tokenOption())
    .option('--json', 'print JSON, with all fields')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: RunsFlags) => {
      const { listRuns } = await import('../actions/runs.ts');
      exit.with(await listRuns(flags, io));
    });
}
