import { Command, Option } from 'commander';
import { ON_UNKNOWN, addBaselineOptions } from '../compare-options.ts';
import type { CompareFlags } from '../actions/compare.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { collect } from '../plan-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent compare baseline.json current.json
  loadbot-agent compare baseline.json current.json --max-regression p99=10%,error_rate=0.5%
  loadbot-agent compare --baseline main-*.json --current branch-*.json      # several runs a side are more precise
  loadbot-agent compare --baseline_prometheus http://prometheus:9090 \\
      --baseline_query 'loadbot_run_info{branch="main"}' --runs 5 current.json   # with the last runs that it has of main

Without --max-regression, rate, p50, p90 and p99 may become 5 % worse, the error rate 0.1 points; percentiles in a phase of the
system under test as those of its job. One run knows how much it varies within itself, but not how runs differ from each other:
where that matters, give three or more a side.

Intervals of a short or unsteady run are marked ~: they assume that requests within 10 ms count as one, and that the level of a
run is off by 5 % at most. Changes that chance may explain are unknown: --on_unknown warn (the default) names them, fail ends
with status 112, pass ignores them. Zero errors on both sides count as no difference.

Runs that are marked invalid, or in which more than half of a job's requests failed, leave no verdict; earlier runs of a
server that are marked invalid are left out.

Exit status: 0 no regression found, 104 no such result or run, 111 regression, 112 no verdict: a run is invalid or its result
is partial (unless --allow_invalid) or, with --on_unknown fail, a change is unknown, 1 anything else, such as a server that
does not answer.
`;

/** `compare BASELINE CURRENT`: finds regressions beyond chance. */
export function compareCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('compare')
    .summary('compare results: find regressions beyond chance')
    .description('Compares the results of runs, number by number, and reports regressions beyond chance and allowance.')
    .argument('[files...]', 'the baseline, then the current result; only current ones where a server has the baseline')
    .option('--baseline <files...>', 'results of the baseline, one or more')
    .option('--current <files...>', 'results to compare with it, one or more');
  return addBaselineOptions(command)
    .addOption(
      new Option(
        '--max-regression <metric=share>',
        'how much worse rate, error_rate, p50, p90 or p99 may become; several with commas, or repeated',
      ).argParser(collect),
    )
    .addOption(
      new Option('--on_unknown <action>', 'reaction to changes that chance may explain: fail (status 112), warn, pass')
        .choices([...ON_UNKNOWN])
        .default('warn'),
    )
    .option('--allow_invalid', 'compare invalid runs, too')
    .option('--json <file>', 'write the comparison as JSON; - for standard output')
    .option('--markdown <file>', 'write it as Markdown; - for standard output')
    .option('--junit <file>', 'write it as JUnit XML, a test case for each number; - for standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], flags: CompareFlags) => {
      const { compareResults } = await import('../actions/compare.ts');
      exit.with(await compareResults(files, flags, io));
    });
}
