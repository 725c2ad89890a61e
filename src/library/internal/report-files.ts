import { openFileReports, type FileReport } from '../../reports/file-reports.ts';
import { jsonReport } from '../../reports/formats/json.ts';
import type { NamedFile } from '../../reports/output/output-conflicts.ts';
import { openOutput } from '../../reports/output/output.ts';
import { REPORT_KINDS } from '../../reports/report-kinds.ts';
import type { Reporter } from '../../reports/report.ts';
import { type Diagnostic, LoadbotError } from '../../shared/errors.ts';
import type { RunOptions } from '../options.ts';

/** A report file with the option that names it. */
type ReportFile = FileReport & NamedFile;

/**
 * Reads the option `reports`.
 * @throws {LoadbotError} `config_invalid`, with all problems
 */
export function outputsOf(reports: NonNullable<RunOptions['reports']>): readonly ReportFile[] {
  const problems: Diagnostic[] = [];
  const given = Object.entries(reports).filter(([, path]) => path !== undefined);
  const files = given.flatMap(([name, path]): ReportFile[] => {
    const role = `reports.${name}`;
    const kind = REPORT_KINDS.find((one) => one === name);
    const isPath = typeof path === 'string' && path !== '' && path !== '-';
    if (kind === undefined)
      problems.push({ path: role, message: 'is not a kind of report', hint: REPORT_KINDS.join(', ') });
    else if (isPath) return [{ kind, path, role }];
    else problems.push({ path: role, message: 'must be the path of a file' });
    return [];
  });
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the reports cannot be written', { problems });
  return files;
}

/**
 * Opens the files before the load; the result file holds the state of the run from its beginning on.
 * @throws {LoadbotError} `config_invalid` when one cannot be written
 */
export async function openReports(
  files: readonly ReportFile[],
  warn: (message: string) => void,
): Promise<readonly Reporter[]> {
  const refuse = (): void => {
    throw new LoadbotError('config_invalid', 'a report cannot be standard output, which belongs to the program');
  };
  const reports: Reporter[] = [];
  for (const file of files) {
    const isResult = file.kind === 'json';
    reports.push(
      isResult ? jsonReport(await openOutput(file.path, refuse), warn) : await openFileReports([file], refuse),
    );
  }
  return reports;
}
