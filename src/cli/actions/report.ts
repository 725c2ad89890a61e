import { LoadbotError } from '../../core/errors.ts';
import { type FileReport, writeFileReports } from '../../reports/file-reports.ts';
import { checkWritable } from '../../reports/replace-file.ts';
import { REPORT_KINDS } from '../../reports/report-kinds.ts';
import type { CommandIo } from '../command-io.ts';
import { readResultFile } from '../read-result-file.ts';
import { parseReports, samePlaces } from '../report-options.ts';

export type ReportFlags = Readonly<Record<string, string | readonly string[] | undefined>> & {
  readonly report?: readonly string[];
};

export async function makeReports(file: string, flags: ReportFlags, io: CommandIo): Promise<void> {
  const files = filesOf(flags);
  const document = await readResultFile(file, io);
  for (const { path } of files) if (path !== '-') await checkWritable(path);
  await writeFileReports(files, document, (text) => io.stdout.write(text));
}

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
