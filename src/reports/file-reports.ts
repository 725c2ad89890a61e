import { openOutput, type Output } from './output/output.ts';
import type { Reporter, RunResult } from './report.ts';
import { FILE_REPORTS, type ReportKind } from './report-kinds.ts';
import { type ResultDocument, toResultDocument } from './document/result-document.ts';

/** Requested report file; the path `-` is standard output. */
export interface FileReport {
  readonly kind: ReportKind;
  readonly path: string;
}

/** Report file that is open for writing. */
interface OpenedReport {
  readonly kind: ReportKind;
  readonly output: Output;
}

/**
 * Opens report files that are written at the end of the run; `-` goes to `writeOut`.
 * @throws {LoadbotError} `config_invalid`, before any load, if one of them cannot be written
 */
export async function openFileReports(
  files: readonly FileReport[],
  writeOut: (text: string) => void,
): Promise<Reporter> {
  const opened = await openReports(files, writeOut);
  const write = (result: RunResult): Promise<void> => writeReports(opened, toResultDocument(result));
  return { endWithoutLoad: write, end: write };
}

/**
 * Writes report files of an existing result. A failure does not prevent the other files.
 * @throws {LoadbotError} `config_invalid`, before writing, if a file cannot be opened; else the first write error
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
    // Loaded before the run, which may take days: the installation may be removed meanwhile.
    await FILE_REPORTS[kind].load();
  }
  return opened;
}

async function writeReports(opened: readonly OpenedReport[], document: ResultDocument): Promise<void> {
  const failures: unknown[] = [];
  for (const { kind, output } of opened) {
    try {
      const render = await FILE_REPORTS[kind].load();
      await output.write(render(document));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
