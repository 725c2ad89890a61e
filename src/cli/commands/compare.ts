import { Command, Option } from 'commander';
import { LoadbotError } from '../../core/errors.ts';
import {
  comparisonRows,
  compareResults,
  type ComparisonReport,
  renderComparisonJson,
  renderComparisonMarkdown,
} from '../../reports/comparison.ts';
import { checkWritable, replaceFile } from '../../reports/replace-file.ts';
import { alignColumns } from '../align-columns.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { parseMaxRegression } from '../max-regression.ts';
import { readResultFile } from './report.ts';

interface CompareFlags {
  readonly baseline?: readonly string[];
  readonly current?: readonly string[];
  readonly maxRegression?: readonly string[];
  readonly json?: string;
  readonly markdown?: string;
}

const EXAMPLES = `
Examples:
  loadbot-agent compare baseline.json current.json
  loadbot-agent compare baseline.json current.json --max-regression p99=10%,error_rate=0.5%
  loadbot-agent compare --baseline main-*.json --current branch-*.json      # several runs a side tell more

Without --max-regression, rate, p50, p90 and p99 may become 5 % worse, the error rate 0.1 points. One run knows how much it
varies within itself, but not how runs differ from each other: where that matters, give three or more a side.

Exit status: 0 nothing is worse than allowed, as far as can be told, 104 no such result, 111 something is, 1 anything else.
`;

/** `compare BASELINE CURRENT`: what has become worse, beyond chance. */
export function compareCommand(io: CommandIo, exit: Exit): Command {
  const collect = (value: string, earlier: readonly string[] | undefined): string[] => [...(earlier ?? []), value];
  return new Command('compare')
    .summary('compare result files: what has become worse, beyond chance?')
    .description(
      'Compares the results of runs, number by number, and says what has become worse beyond chance and allowance.',
    )
    .argument('[files...]', 'the baseline, then the current result')
    .option('--baseline <files...>', 'results of the baseline, one or more')
    .option('--current <files...>', 'results to hold against it, one or more')
    .addOption(
      new Option(
        '--max-regression <metric=share>',
        'how much worse rate, error_rate, p50, p90 or p99 may become; several with commas, or repeated',
      ).argParser(collect),
    )
    .option('--json <file>', 'write the comparison as JSON; - for standard output')
    .option('--markdown <file>', 'write it as Markdown; - for standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], flags: CompareFlags) => {
      const allowed = parseMaxRegression(flags.maxRegression ?? []);
      const sides = sidesOf(files, flags);
      for (const path of [flags.json, flags.markdown])
        if (path !== undefined && path !== '-') await checkWritable(path);
      const read = (paths: readonly string[]) => Promise.all(paths.map((path) => readResultFile(path, io)));
      const report = compareResults(await read(sides.baseline), await read(sides.current), allowed);
      if (report.comparisons.length === 0) {
        throw new LoadbotError('config_invalid', 'no job is in both results under the same name and type', {
          ...(report.notes.length > 0 && { hint: report.notes.join('; ') }),
        });
      }
      await write(report, flags, io);
      const isWorse = report.comparisons.some(({ verdict }) => verdict === 'regression');
      exit.with(isWorse ? EXIT.regression : EXIT.ok);
    });
}

interface Sides {
  readonly baseline: readonly string[];
  readonly current: readonly string[];
}

function sidesOf(files: readonly string[], { baseline, current }: CompareFlags): Sides {
  const hint = 'loadbot-agent compare BASELINE CURRENT, or --baseline FILES --current FILES';
  const fault = (message: string): LoadbotError => new LoadbotError('config_invalid', message, { hint });
  if (baseline === undefined && current === undefined) {
    const [before, after, ...more] = files;
    if (before === undefined || after === undefined) throw fault('two results are needed');
    if (more.length > 0) throw fault('of more than two results it must be said which belong together');
    return { baseline: [before], current: [after] };
  }
  if (files.length > 0) throw fault('results are given beside --baseline and --current');
  if (baseline === undefined) throw fault('--baseline is missing');
  if (current === undefined) throw fault('--current is missing');
  return { baseline, current };
}

async function write(report: ComparisonReport, { json, markdown }: CompareFlags, io: CommandIo): Promise<void> {
  const put = async (path: string | undefined, render: () => string): Promise<void> => {
    if (path === '-') io.stdout.write(render());
    else if (path !== undefined) await replaceFile(path, render());
  };
  await put(json, () => renderComparisonJson(report));
  await put(markdown, () => renderComparisonMarkdown(report));
  // What goes to standard output stands there alone.
  const out = json === '-' || markdown === '-' ? io.stderr : io.stdout;
  const lines = [...alignColumns(comparisonRows(report.comparisons)), ...report.notes.map((note) => `note: ${note}`)];
  out.write(`${lines.join('\n')}\n`);
}
