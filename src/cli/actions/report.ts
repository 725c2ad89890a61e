import type { ResultDocument } from '../../reports/document/result-document.ts';
import { type FileReport, writeFileReports } from '../../reports/file-reports.ts';
import { REPORT_KINDS } from '../../reports/report-kinds.ts';
import { renderSummary } from '../../reports/terminal/summary.ts';
import { openTerminal } from '../../reports/terminal/terminal.ts';
import type { CommandIo } from '../command-io.ts';
import { readResultFile } from '../../planning/read-result-file.ts';
import { requireSeparateOutputs } from '../../planning/output-files.ts';
import { parseReports } from '../report-options.ts';

export type ReportFlags = Readonly<Record<string, string | boolean | readonly string[] | undefined>> & {
  readonly report?: readonly string[];
  readonly verbose?: boolean;
};

export async function makeReports(file: string, flags: ReportFlags, io: CommandIo): Promise<void> {
  const files = filesOf(flags);
  const asked = files.length === 0 ? [{ kind: 'summary', path: '-' } as const] : files;
  const outputs = asked.map(({ kind, path }) => ({ role: kind, path }));
  await requireSeparateOutputs(outputs, [{ path: file, role: 'the result file' }]);
  await writeReports(asked, await readResultFile(file, io), flags, io);
}

/** Writes reports of a result; a summary on standard output is for a terminal. */
export async function writeReports(
  files: readonly FileReport[],
  document: ResultDocument,
  { verbose = false }: ReportFlags,
  io: CommandIo,
): Promise<void> {
  const isPrinted = ({ kind, path }: FileReport): boolean => kind === 'summary' && path === '-';
  const written = files.filter((file) => !isPrinted(file));
  await writeFileReports(written, document, (text) => io.stdout.write(text));
  if (!files.some(isPrinted)) return;
  const screen = openTerminal(process.stdout, io.env);
  for (const line of renderSummary(document, screen, { verbose })) screen.writeLine(line);
}

/** Reports requested by the flags, after others. */
export function filesOf(flags: ReportFlags, others: readonly FileReport[] = []): readonly FileReport[] {
  const named = REPORT_KINDS.flatMap((kind): FileReport[] => {
    const path = flags[kind];
    if (path === true) return [{ kind, path: '-' }];
    return typeof path === 'string' ? [{ kind, path }] : [];
  });
  return [...others, ...named, ...parseReports(flags.report ?? [])];
}
