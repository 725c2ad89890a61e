import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { LoadbotError, messageOf } from '../../core/errors.ts';
import { type FileReport, writeFileReports } from '../../reports/file-reports.ts';
import { checkWritable } from '../../reports/replace-file.ts';
import { parseResultDocument, type ResultDocument } from '../../reports/result-document.ts';
import type { CommandIo } from '../command-io.ts';
import { parseReports, REPORT_KINDS, reportOption, samePlaces } from '../report-options.ts';

type ReportFlags = Readonly<Record<string, string | readonly string[] | undefined>> & {
  readonly report?: readonly string[];
};

const EXAMPLES = `
Examples:
  loadbot-agent run load.jsonc --out result.json
  loadbot-agent report result.json --html report.html --junit report.xml
  loadbot-agent report result.json --csv -                     # on standard output

Exit status: 0 written, 104 no such result or no such report, 1 anything else. Whether thresholds held does not matter here.
`;

/** `report FILE`: renders a result file as any of the other reports. */
export function reportCommand(io: CommandIo): Command {
  const command = new Command('report')
    .summary('make reports of a result file')
    .description('Makes reports of a result file that run wrote with --out or --report json=FILE.')
    .argument('<file>', 'the result file; - for standard input');
  for (const kind of REPORT_KINDS)
    command.option(`--${kind} <file>`, `write ${DESCRIPTIONS[kind]}; - for standard output`);
  return command
    .addOption(reportOption('the same, as run takes it; may be repeated'))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: ReportFlags) => {
      const files = filesOf(flags);
      const document = await readResultFile(file, io);
      for (const { path } of files) if (path !== '-') await checkWritable(path);
      await writeFileReports(files, document, (text) => io.stdout.write(text));
    });
}

/** What each report is, as help says it. */
const DESCRIPTIONS: Readonly<Record<FileReport['kind'], string>> = {
  junit: 'JUnit XML',
  json: 'the result file again',
  html: 'one HTML page, with charts',
  csv: 'CSV, a row for each job',
  markdown: 'a page of Markdown',
  gitlab: "JSON for GitLab's load performance widget",
  openmetrics: 'OpenMetrics text',
  k6: "JSON in the shape of k6's summary export",
};

function filesOf(flags: ReportFlags): readonly FileReport[] {
  const named = REPORT_KINDS.flatMap((kind): FileReport[] => {
    const path = flags[kind];
    return typeof path === 'string' ? [{ kind, path }] : [];
  });
  const files = [...named, ...parseReports(flags.report ?? [])];
  const problems = samePlaces(files);
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the reports cannot be written', { problems });
  if (files.length > 0) return files;
  throw new LoadbotError('config_invalid', 'no report is asked for', {
    hint: `say which: ${REPORT_KINDS.map((kind) => `--${kind} FILE`).join(', ')}`,
  });
}

/**
 * Reads a result file; `-` is standard input.
 * @throws {LoadbotError} `config_invalid` when it cannot be read or is none
 */
export async function readResultFile(path: string, io: CommandIo): Promise<ResultDocument> {
  const name = path === '-' ? 'standard input' : path;
  const text = await (path === '-' ? io.readStdin() : readFile(path, 'utf8')).catch((cause: unknown) => {
    throw new LoadbotError('config_invalid', `cannot read ${name}: ${messageOf(cause)}`, { cause });
  });
  return parseResultDocument(text, name);
}
