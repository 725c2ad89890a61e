import {
  renderComparisonJson,
  renderComparisonMarkdown,
  renderComparisonJunit,
} from '../reports/comparison/comparison-files.ts';
import type { ComparisonReport } from '../reports/comparison/comparison.ts';
import { openOutput } from '../reports/output/output.ts';
import type { CommandIo } from './command-io.ts';
import { requireSeparateOutputs } from './separate-outputs.ts';

/** Output files of a comparison; `-` is standard output. */
interface ComparisonPaths {
  readonly json?: string;
  readonly markdown?: string;
  readonly junit?: string;
}

/**
 * Opens the output files before the comparison. Returns a function that writes them.
 * @param results the files that are compared
 * @throws {LoadbotError} `config_invalid` when one cannot be written, or is one of the results
 */
export async function openComparisonOutputs(
  { json, markdown, junit }: ComparisonPaths,
  results: readonly string[],
  io: CommandIo,
): Promise<(report: ComparisonReport) => Promise<void>> {
  const files = [
    { role: '--json', path: json, render: renderComparisonJson },
    { role: '--markdown', path: markdown, render: renderComparisonMarkdown },
    { role: '--junit', path: junit, render: renderComparisonJunit },
  ].flatMap(({ path, ...file }) => (path === undefined ? [] : [{ ...file, path }]));
  const inputs = results.map((path) => ({ path, role: 'one of the results' }));
  await requireSeparateOutputs(files, inputs);
  const opened = await Promise.all(
    files.map(async ({ path, render }) => ({
      render,
      output: await openOutput(path, (text) => io.stdout.write(text)),
    })),
  );
  return async (report) => {
    for (const { output, render } of opened) await output.write(render(report));
  };
}
