import { openOutput, type Output } from './output/output.ts';
import type { Report, RunResult } from './report.ts';
import { FILE_REPORTS, type ReportKind } from './report-kinds.ts';
import { type ResultDocument, toResultDocument } from './result-document.ts';

/** A file that is asked for; the path `-` is standard output. */
export interface FileReport {
  readonly kind: ReportKind;
  readonly path: string;
}

/** A file that is asked for and can be written. */
interface OpenedReport {
  readonly kind: ReportKind;
  readonly output: Output;
}

/**
 * Writes these files when the run ends; `-` goes to `writeOut`.
 * @throws {LoadbotError} `config_invalid`, before any load, when one of them cannot be written
 */
export async function openFileReports(files: readonly FileReport[], writeOut: (text: string) => void): Promise<Report> {
  const opened = await openReports(files, writeOut);
  const write = (result: RunResult): Promise<void> => writeReports(opened, toResultDocument(result));
  return { endUnopened: write, end: write };
}

/**
 * Writes these files of a result; one that fails takes none of the others with it.
 * @throws {LoadbotError} `config_invalid` before any is written when one cannot be; else for the first that failed
 */
export async function writeFileReports(
  files: readonly FileReport[],
  document: ResultDocument,
  writeOut: (text: string) => void,
): Promise<void> {
  await writeReports(await openReports(files, writeOut), document);
}

async function openReports(files: readonly FileReport[], writeOut: (text: string) => void): Promise<OpenedReport[]> {
  const opened: OpenedReport[] = [];
  for (const { kind, path } of files) {
    opened.push({ kind, output: await openOutput(path, writeOut) });
    // Now, and not when it is first needed: a run may take days, and what it was started from may be gone by then.
    await FILE_REPORTS[kind]();
  }
  return opened;
}

async function writeReports(opened: readonly OpenedReport[], document: ResultDocument): Promise<void> {
  const failures: unknown[] = [];
  for (const { kind, output } of opened) {
    try {
      const render = await FILE_REPORTS[kind]();
      await output.write(render(document));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
