import { LoadbotError, type Diagnostic } from '../../shared/errors.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import {
  concludeComparison,
  listUnknown,
  comparisonAnnotations,
  comparisonRows,
} from '../../reports/comparison/comparison-text.ts';
import { renderComparisonMarkdown } from '../../reports/comparison/comparison-files.ts';
import {
  COMPARISON_FORMAT_NAMES,
  COMPARISON_FORMATS,
  type ComparisonFormat,
} from '../../reports/comparison/comparison-formats.ts';
import {
  type ComparedSide,
  compareSides,
  type ComparisonReport,
  buildComparedSide,
} from '../../reports/comparison/comparison.ts';
import type { ResultDocument } from '../../reports/document/result-document.ts';
import { appendToStepSummary } from '../../reports/formats/step-summary.ts';
import { readEarlierRuns } from '../../comparison/earlier-runs/read-earlier-runs.ts';
import { alignColumns } from '../../reports/terminal/text-width.ts';
import { type BaselineFlags, DEFAULT_RUNS, type OnUnknown } from '../compare-options.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { readResultFile } from '../../planning/read-result-file.ts';
import { readServerBaseline, type ServerBaseline } from '../server-baseline.ts';
import { type FolderBaseline, readFolderBaseline } from '../folder-baseline.ts';
import { openOutput } from '../../reports/output/output.ts';
import { requireSeparateOutputs } from '../../planning/output-files.ts';
import { didYouMean } from '../../workload/suggest.ts';
import { type Allowances, COMPARED_METRICS, DEFAULT_ALLOWED } from '../../comparison/compare.ts';

export interface CompareFlags extends BaselineFlags, ComparisonPaths {
  readonly baseline?: readonly string[];
  readonly current?: readonly string[];
  readonly maxRegression?: readonly string[];
  readonly allow_invalid?: boolean;
  readonly on_unknown: OnUnknown;
}

/** Compares and prints regressions; returns the exit code. */
export async function compareResults(files: readonly string[], flags: CompareFlags, io: CommandIo): Promise<number> {
  const { maxRegression = [], allow_invalid: allowInvalid = false } = flags;
  const allowed = parseMaxRegression(maxRegression);
  const places = placesOf(files, flags, readServerBaseline(flags, io.env));
  const { baseline: from } = places;
  const results = [...('server' in from || 'folder' in from ? [] : from), ...places.current];
  const write = await openComparisonOutputs(flags, results, io);
  const read = (paths: readonly string[]) => Promise.all(paths.map((path) => readResultFile(path, io)));
  const current = await read(places.current);
  const readBaseline = async (): Promise<ComparedSide> => {
    if ('server' in from) return readServerSide(from, current, allowInvalid);
    if ('folder' in from) return readFolderBaseline(from, current, allowInvalid, io);
    return buildComparedSide(await read(from));
  };
  const baseline = await readBaseline();
  const report = compareSides(baseline, buildComparedSide(current), allowed, allowInvalid);
  if (report.comparisons.length === 0) {
    throw new LoadbotError('config_invalid', 'no job is on both sides under the same name and type', {
      ...(report.notes.length > 0 && { hint: report.notes.join('; ') }),
    });
  }
  await write(report);
  await print(report, flags, io);
  if (report.hasNoVerdict) throw refusalOf(report);
  if (report.comparisons.some(({ verdict }) => verdict === 'regression')) return EXIT.regression;
  const unknown = listUnknown(report.comparisons);
  if (unknown !== undefined && flags.on_unknown !== 'pass') return reportUnknown(unknown, flags.on_unknown, io);
  return EXIT.ok;
}

/** @throws {LoadbotError} `not_trustworthy` where unknown changes fail the comparison */
function reportUnknown(unknown: string, onUnknown: 'fail' | 'warn', io: CommandIo): number {
  const hint = 'give longer runs, or three and more a side; or allow more with --max-regression';
  if (onUnknown === 'fail') throw new LoadbotError('not_trustworthy', `no verdict: ${unknown}`, { hint });
  io.stderr.write(`warning: ${unknown}\n  hint: ${hint}\n`);
  return EXIT.ok;
}

/** Finds the results of both sides. */
interface Places {
  readonly baseline: readonly string[] | ServerBaseline | FolderBaseline;
  readonly current: readonly string[];
}

function placesOf(
  files: readonly string[],
  { baseline, current, baseline_folder: folder, runs = DEFAULT_RUNS }: CompareFlags,
  server: ServerBaseline | undefined,
): Places {
  const hint =
    'loadbot-agent compare BASELINE CURRENT, --baseline FILES --current FILES, --baseline_folder DIR CURRENT, or --baseline_prometheus URL';
  const fault = (message: string): LoadbotError => new LoadbotError('config_invalid', message, { hint });
  const stored = server ?? (folder === undefined ? undefined : { folder, runs });
  if (stored !== undefined) {
    const isOther = baseline !== undefined || (server !== undefined && folder !== undefined);
    if (isOther) throw fault('the baseline is either in files, in a folder or in a server');
    const given = [...files, ...(current ?? [])];
    if (given.length === 0) throw fault('the current result is missing');
    return { baseline: stored, current: given };
  }
  if (baseline === undefined && current === undefined) {
    const [before, after, ...more] = files;
    if (before === undefined || after === undefined) throw fault('two results are needed');
    if (more.length > 0) throw fault('more than two results need --baseline and --current');
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
  allowInvalid: boolean,
): Promise<ComparedSide> {
  const except = new Set(current.map(({ run_id: runId }) => runId));
  return { loads: new Map(), ...(await readEarlierRuns(selection, runs, except, allowInvalid)) };
}

/** Untrustworthy numbers are neither better nor worse. */
function refusalOf({ invalid, failing, partial }: ComparisonReport): LoadbotError {
  const reasons = [
    ...(invalid.length === 0 ? [] : [`${nameRuns(invalid)} marked invalid, the numbers are not to be trusted`]),
    ...(partial.length === 0 ? [] : [`${nameRuns(partial)} partial, saved before the run was over`]),
    ...failing,
  ];
  const remedy =
    invalid.length > 0
      ? 'run that again where the generator keeps up'
      : partial.length > 0
        ? 'run that again, to its end'
        : 'find out why requests fail';
  const hint = `${remedy}, or compare anyway with --allow_invalid`;
  return new LoadbotError('not_trustworthy', `no verdict: ${reasons.join('; ')}`, { hint });
}

function nameRuns(ids: readonly string[]): string {
  const runs = [...new Set(ids.map((runId) => sanitizeForTerminal(runId.slice(0, 8))))];
  return runs.length === 1 ? `run ${runs.join()} is` : `runs ${runs.join(', ')} are`;
}

async function print(report: ComparisonReport, flags: CompareFlags, io: CommandIo): Promise<void> {
  // A report on standard output is the only text there.
  const out = COMPARISON_FORMAT_NAMES.some((name) => flags[name] === '-') ? io.stderr : io.stdout;
  const lines = [...alignColumns(comparisonRows(report.comparisons)), ...report.notes.map((note) => `note: ${note}`)];
  // The error that follows explains the missing verdict.
  if (!report.hasNoVerdict) lines.push(concludeComparison(report.comparisons));
  if (io.env['GITHUB_ACTIONS'] === 'true') lines.push(...comparisonAnnotations(report));
  out.write(`${lines.join('\n')}\n`);
  const stepSummary = io.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (stepSummary === '') return;
  const warn = (message: string): void => void io.stderr.write(`warning: ${message}\n`);
  await appendToStepSummary(stepSummary, renderComparisonMarkdown(report), warn);
}

/** Output files of a comparison; `-` is standard output. */
type ComparisonPaths = { readonly [Name in ComparisonFormat]?: string };

/**
 * Opens the output files before the comparison. Returns a function that writes them.
 * @param results the files that are compared
 * @throws {LoadbotError} `config_invalid` when one cannot be written, or is one of the results
 */
async function openComparisonOutputs(
  paths: ComparisonPaths,
  results: readonly string[],
  io: CommandIo,
): Promise<(report: ComparisonReport) => Promise<void>> {
  const files = COMPARISON_FORMAT_NAMES.flatMap((name) => {
    const path = paths[name];
    return path === undefined ? [] : [{ role: `--${name}`, path, load: COMPARISON_FORMATS[name].load }];
  });
  const inputs = results.map((path) => ({ path, role: 'one of the results' }));
  await requireSeparateOutputs(files, inputs);
  const opened = await Promise.all(
    files.map(async ({ path, load }) => ({
      render: await load(),
      output: await openOutput(path, (text) => io.stdout.write(text)),
    })),
  );
  return async (report) => {
    for (const { output, render } of opened) await output.write(render(report));
  };
}

/**
 * Parses `p99=10%,rate=2%`: the allowed regression of each metric; others keep their default.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export function parseMaxRegression(values: readonly string[]): Allowances {
  const problems: Diagnostic[] = [];
  const report = (message: string, hint: string): void => {
    problems.push({ path: '--max-regression', message, hint });
  };
  const given = values
    .flatMap((value) => value.split(','))
    .map((text): Partial<Allowances> => {
      const [, name = '', number = '', percent] = /^\s*(\w+)\s*=\s*(\d{1,6}(?:\.\d{1,6})?)\s*(%?)\s*$/.exec(text) ?? [];
      const metric = COMPARED_METRICS.find((one) => one === name);
      if (name === '') report(`\`${text}\` is not METRIC=SHARE`, 'such as p99=10%');
      else if (percent !== '%') report(`${number} has no unit`, `write ${name}=${number}%`);
      else if (metric === undefined) {
        report(
          `\`${name}\` is nothing that runs are compared by`,
          didYouMean(name, COMPARED_METRICS) ?? COMPARED_METRICS.join(', '),
        );
      } else return { [metric]: Number(number) / 100 };
      return {};
    });
  if (problems.length > 0) {
    throw new LoadbotError('config_invalid', 'invalid --max-regression', { problems });
  }
  return Object.assign({}, DEFAULT_ALLOWED, ...given) as Allowances;
}
