import { LoadbotError } from '../../shared/errors.ts';
import { type FileReport, writeFileReports } from '../../reports/file-reports.ts';
import { REPORT_KINDS } from '../../reports/report-kinds.ts';
import type { CommandIo } from '../command-io.ts';
import { readResultFile } from '../read-result-file.ts';
import { requireSeparateOutputs } from '../separate-outputs.ts';
import { parseReports } from '../report-options.ts';

export type ReportFlags = Readonly<Record<string, string | readonly string[] | undefined>> & {
  readonly report?: readonly string[];
};

export async function makeReports(file: string, flags: ReportFlags, io: CommandIo): Promise<void> {
  const files = filesOf(flags);
  const outputs = files.map(({ kind, path }) => ({ role: kind, path }));
  await requireSeparateOutputs(outputs, [{ path: file, role: 'the result file' }]);
  const document = await readResultFile(file, io);
  await writeFileReports(files, document, (text) => io.stdout.write(text));
}

/**
 * Reports requested by the flags.
 * @throws {LoadbotError} `config_invalid` when two have the same output, or none is requested
 */
export function filesOf(flags: ReportFlags, others: readonly FileReport[] = []): readonly FileReport[] {
  const named = REPORT_KINDS.flatMap((kind): FileReport[] => {
    const path = flags[kind];
    return typeof path === 'string' ? [{ kind, path }] : [];
  });
  const files = [...others, ...named, ...parseReports(flags.report ?? [])];
  if (files.length > 0) return files;
  throw new LoadbotError('config_invalid', 'no report is asked for', {
    hint: `choose one: ${REPORT_KINDS.map((kind) => `--${kind} FILE`).join(', ')}`,
  });
}
