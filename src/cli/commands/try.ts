import { Command } from 'commander';
import { FLAGS } from '../../workload/flags.ts';
import type { TryFlags } from '../actions/try.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { addPlanOptions } from '../plan-options.ts';

const HELP = `
Requests are sent in the order of the file, including writes and deletes. A scenario runs one iteration: \`before\`, its
steps, \`after\`. Each step runs once, whatever its \`chance\` and \`repeat\`; all branches of \`one_of\` run; \`if\` applies.
For each request: method and path or statement, status or rows, time, size, captured values, checks, and the beginning
of the body. Secrets are masked.

Examples:
  loadbot-agent try load.jsonc
  loadbot-agent try load.jsonc --job "order a pizza" --full
  loadbot-agent try load.jsonc --connection_string http://staging:8080 --param USER=test

Exit status: 0 if all requests succeeded, 99 if a request, a check or a capture failed, 104 invalid workload or flags,
105 stopped by a signal, 1 anything else.
`;

/** `try FILE`: sends every request of a workload once. */
export function tryCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('try')
    .summary('send every request of a workload once, and show the responses')
    .description('Sends every request of a workload once with one user, without load, and shows the responses.')
    .argument('<file>', 'workload file: JSON with comments, or YAML; - for standard input')
    .option('--job <name>', 'name of the job (default: all)')
    .option('--full', 'show complete bodies instead of their first 500 characters');
  return addPlanOptions(command, FLAGS)
    .addHelpText('after', HELP)
    .action(async (file: string, flags: TryFlags) => {
      const { tryWorkload } = await import('../actions/try.ts');
      exit.with(await tryWorkload(file, flags, io, exit));
    });
}
