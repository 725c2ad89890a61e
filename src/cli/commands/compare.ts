import { Command, Option } from 'commander';
import { ON_UNKNOWN, addBaselineOptions } from '../compare-options.ts';
import { COMPARISON_FORMAT_NAMES, COMPARISON_FORMATS } from '../../reports/comparison/comparison-formats.ts';
import type { CompareFlags } from '../actions/compare.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { collect } from '../plan-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent compare baseline.json current.json
  loadbot-agent compare baseline.json current.json --max-regression p99=10%,error_rate=0.5%
  loadbot-agent compare --baseline main-*.json --current branch-*.json      # several runs on each side are more precise
  loadbot-agent compare --baseline_folder results/ --runs 10 current.json   # the last ten runs of this workload there
  loadbot-agent compare --baseline_prometheus http://prometheus:9090 \\
      --baseline_query 'loadbot_run_info{branch="main"}' --runs 5 current.json   # the last five runs of the branch main

Without --max-regression, rate, p50, p90 and p99 may become 5 % worse, and the error rate 0.1 percentage points. Percentiles in
a phase of the system under test have the limits of their job. One run on each side measures the variation within the runs
only. To include the variation between runs, give three or more on each side.

Intervals of a short or unsteady run are marked ~: they assume that requests within 10 ms count as one, and that the level of a
run is at most 5 % off. Changes that chance may explain are unknown: --on_unknown warn (the default) names them, fail exits
with 112, pass ignores them. Zero errors on both sides count as no difference.

If a run is invalid, or more than half of a job's requests failed, compare gives no verdict. Invalid runs of a server are
excluded.

Exit status: 0 no regression found, 104 no such result or run, 111 regression, 112 no verdict: a run is invalid or its result
is partial (unless --allow_invalid) or, with --on_unknown fail, a change is unknown, 1 anything else, such as a server that
does not answer.
`;

/** `compare BASELINE CURRENT`: finds regressions beyond chance. */
export function compareCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('compare')
    .summary('compare results, and find significant regressions')
    .description(
      'Compares the results of runs. A regression is a change that is larger than allowed and larger than chance explains.',
    )
    .argument(
      '[files...]',
      'the baseline and the current result; only current results with --baseline_folder or --baseline_prometheus',
    )
    .option('--baseline <files...>', 'results of the baseline, one or more')
    .option('--current <files...>', 'results to compare with it, one or more');
  addBaselineOptions(command)
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
    .option('--allow_invalid', 'compare invalid runs, too');
  for (const name of COMPARISON_FORMAT_NAMES) {
    command.option(`--${name} <file>`, `write ${COMPARISON_FORMATS[name].content}; - for standard output`);
  }
  return command.addHelpText('after', EXAMPLES).action(async (files: readonly string[], flags: CompareFlags) => {
    const { compareResults } = await import('../actions/compare.ts');
    exit.with(await compareResults(files, flags, io));
  });
}
