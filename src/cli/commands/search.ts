import { Command } from 'commander';
import { FLAGS } from '../../workload/flags.ts';
import type { SearchFlags } from '../actions/search.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { addPlanOptions } from '../plan-options.ts';

const HELP = `
The jobs before the job run once, since they write its documents; then the job runs alone, at one pace after the other, with
its own warm-up, connections and thresholds: from --from doubling until a pace fails, then between the two until they
differ by --precision. A pace holds if all thresholds hold, 99 % of the requests that were due were started, at most 1 % failed
(unless a threshold limits errors), and the measurement is valid.
Probes are not exported. Give the job enough connections: their number divided by the latency limits the pace.

Examples:
  loadbot-agent search load.jsonc --job reads
  loadbot-agent search load.jsonc --job reads --from 1000/s --to 20000/s --probe 30s --precision 2%
  loadbot-agent search load.jsonc --connection_string http://staging:8080 --output capacity.json

Exit status: 0 with an answer, 99 when not even --from holds, 104 invalid workload or flags, 105 stopped by a signal,
1 anything else.
`;

/** `search FILE`: finds the highest pace at which the thresholds of a job hold. */
export function searchCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('search')
    .summary('find the highest pace at which the thresholds hold')
    .description(
      'Runs a job of a workload at one pace after the other, to find the highest one at which its thresholds hold.',
    )
    .argument('<file>', 'workload file: JSON with comments, or YAML; - for standard input')
    .option('--job <name>', 'name of the job (default: the only one)')
    .option('--from <pace>', 'first pace', '100/s')
    .option('--to <pace>', 'highest pace to try', '1000000/s')
    .option('--probe <duration>', 'measured duration of a pace, from 1s', '10s')
    .option(
      '--precision <share>',
      'largest distance between the answer and the lowest pace that fails, 1% to 50%',
      '5%',
    )
    .option('-o, --output <file>', 'write the answer and all probes as JSON; - for standard output');
  return addPlanOptions(command, FLAGS)
    .addHelpText('after', HELP)
    .action(async (file: string, flags: SearchFlags) => {
      const { searchWorkload } = await import('../actions/search.ts');
      exit.with(await searchWorkload(file, flags, io, exit));
    });
}
