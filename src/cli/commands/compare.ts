import { Command, Option } from 'commander';
import { LoadbotError } from '../../core/errors.ts';
import { type ComparedSide, type ComparisonReport, compareSides, sideOfResults } from '../../reports/comparison.ts';
import { renderComparisonJson, renderComparisonMarkdown } from '../../reports/comparison-files.ts';
import { comparisonRows } from '../../reports/comparison-rows.ts';
import { checkWritable, replaceFile } from '../../reports/replace-file.ts';
import type { ResultDocument } from '../../reports/result-document.ts';
import { readEarlierRuns } from '../../verdicts/earlier-runs/read-earlier-runs.ts';
import { alignColumns } from '../align-columns.ts';
import { addBaselineOptions, type BaselineFlags, readBaselineFlags, type ServerBaseline } from '../baseline-options.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { parseMaxRegression } from '../max-regression.ts';
import { readResultFile } from './report.ts';

interface CompareFlags extends BaselineFlags {
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
  loadbot-agent compare --baseline_prometheus http://prometheus:9090 \\
      --baseline_query 'loadbot_run_info{branch="main"}' --runs 5 current.json   # with the last runs that it has of main

Without --max-regression, rate, p50, p90 and p99 may become 5 % worse, the error rate 0.1 points; percentiles in a phase of the
system under test as those of its job. One run knows how much it varies within itself, but not how runs differ from each other:
where that matters, give three or more a side.

Exit status: 0 nothing is worse than allowed, as far as can be told, 104 no such result or run, 111 something is, 1 anything
else, such as a server that does not answer.
`;

/** `compare BASELINE CURRENT`: what has become worse, beyond chance. */
export function compareCommand(io: CommandIo, exit: Exit): Command {
  const collect = (value: string, earlier: readonly string[] | undefined): string[] => [...(earlier ?? []), value];
  const command = new Command('compare')
    .summary('compare results: what has become worse, beyond chance?')
    .description(
      'Compares the results of runs, number by number, and says what has become worse beyond chance and allowance.',
    )
    .argument('[files...]', 'the baseline, then the current result; only current ones where a server has the baseline')
    .option('--baseline <files...>', 'results of the baseline, one or more')
    .option('--current <files...>', 'results to hold against it, one or more');
  return addBaselineOptions(command)
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
      const places = placesOf(files, flags, readBaselineFlags(flags, io.env));
      for (const path of [flags.json, flags.markdown])
        if (path !== undefined && path !== '-') await checkWritable(path);
      const read = (paths: readonly string[]) => Promise.all(paths.map((path) => readResultFile(path, io)));
      const current = await read(places.current);
      const baseline =
        'server' in places.baseline
          ? await readServerSide(places.baseline, current)
          : sideOfResults(await read(places.baseline));
      const report = compareSides(baseline, sideOfResults(current), allowed);
      if (report.comparisons.length === 0) {
        throw new LoadbotError('config_invalid', 'no job is on both sides under the same name and type', {
          ...(report.notes.length > 0 && { hint: report.notes.join('; ') }),
        });
      }
      await write(report, flags, io);
      const isWorse = report.comparisons.some(({ verdict }) => verdict === 'regression');
      exit.with(isWorse ? EXIT.regression : EXIT.ok);
    });
}

/** Where both sides are to be found. */
interface Places {
  readonly baseline: readonly string[] | ServerBaseline;
  readonly current: readonly string[];
}

function placesOf(
  files: readonly string[],
  { baseline, current }: CompareFlags,
  server: ServerBaseline | undefined,
): Places {
  const hint =
    'loadbot-agent compare BASELINE CURRENT, or --baseline FILES --current FILES, or --baseline_prometheus URL';
  const fault = (message: string): LoadbotError => new LoadbotError('config_invalid', message, { hint });
  if (server !== undefined) {
    if (baseline !== undefined) throw fault('the baseline is either in files or in a server');
    const given = [...files, ...(current ?? [])];
    if (given.length === 0) throw fault('the current result is missing');
    return { baseline: server, current: given };
  }
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

/** The earlier runs of a server, which may know the current ones too. */
async function readServerSide(
  { runs, ...selection }: ServerBaseline,
  current: readonly ResultDocument[],
): Promise<ComparedSide> {
  const except = new Set(current.map(({ run_id: runId }) => runId));
  return { loads: new Map(), ...(await readEarlierRuns(selection, runs, except)) };
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
