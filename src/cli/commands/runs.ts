import { Command, Option } from 'commander';
import { DEFAULT_AGENT_URI } from '../../agent/agent-uri.ts';
import type { RunsFlags } from '../actions/runs.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { tokenOption } from '../control-options.ts';
import { collect } from '../plan-options.ts';

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
    .addOption(
      new Option(
        '-u, --agent-uri <host:port>',
        `address of the control API; may be repeated (default: ${DEFAULT_AGENT_URI})`,
      ).argParser(collect),
    )
    .addOption(tokenOption())
    .option('--json', 'print JSON, with all fields')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: RunsFlags) => {
      const { listRuns } = await import('../actions/runs.ts');
      exit.with(await listRuns(flags, io));
    });
}
