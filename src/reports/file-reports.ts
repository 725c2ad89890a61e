import { checkWritable, replaceFile } from './replace-file.ts';
import type { Report } from './report.ts';
import { FILE_REPORTS, type ReportKind } from './report-kinds.ts';
import { type ResultDocument, toResultDocument } from './result-document.ts';

/** A file that is asked for; the path `-` is standard output. */
export interface FileReport {
  readonly kind: ReportKind;
  readonly path: string;
}

/**
 * Writes these files when the run ends; `-` goes to `writeOut`.
 * @throws {LoadbotError} `config_invalid`, before any load, when one of them cannot be written
 */
export async function openFileReports(files: readonly FileReport[], writeOut: (text: string) => void): Promise<Report> {
  for (const { kind, path } of files) {
    if (path !== '-') await checkWritable(path);
    // Now, and not when it is first needed: a run may take days, and what it was started from may be gone by then.
    await FILE_REPORTS[kind]();
  }
  return { end: (result) => writeFileReports(files, toResultDocument(result), writeOut) };
}

/**
 * Writes these files of a result; one that fails takes none of the others with it.
 * @throws {LoadbotError} for the first that could not be written
 */
export async function writeFileReports(
  files: readonly FileReport[],
  document: ResultDocument,
  writeOut: (text: string) => void,
): Promise<void> {
  const failures: unknown[] = [];
  for (const { kind, path } of files) {
    try {
      const render = await FILE_REPORTS[kind]();
      const text = render(document);
      if (path === '-') writeOut(text);
      else await replaceFile(path, text);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
