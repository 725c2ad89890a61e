import { renderCsv } from './csv.ts';
import { renderGitlab } from './gitlab.ts';
import { renderHtml } from './html/html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderK6 } from './k6.ts';
import { renderMarkdown } from './markdown.ts';
import { renderOpenMetrics } from './open-metrics.ts';
import { checkWritable, replaceFile } from './replace-file.ts';
import type { Report } from './report.ts';
import { type ResultDocument, toResultDocument } from './result-document.ts';

/** Every kind of file that a result can become. */
export const FILE_REPORTS = {
  junit: renderJunit,
  json: renderJson,
  html: renderHtml,
  csv: renderCsv,
  markdown: renderMarkdown,
  gitlab: renderGitlab,
  openmetrics: renderOpenMetrics,
  k6: renderK6,
} as const satisfies Readonly<Record<string, (document: ResultDocument) => string>>;

export type FileReportKind = keyof typeof FILE_REPORTS;

/** A file that is asked for; the path `-` is standard output. */
export interface FileReport {
  readonly kind: FileReportKind;
  readonly path: string;
}

/**
 * Writes these files when the run ends; `-` goes to `writeOut`.
 * @throws {LoadbotError} `config_invalid`, before any load, when one of them cannot be written
 */
export async function openFileReports(files: readonly FileReport[], writeOut: (text: string) => void): Promise<Report> {
  for (const { path } of files) if (path !== '-') await checkWritable(path);
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
      const text = FILE_REPORTS[kind](document);
      if (path === '-') writeOut(text);
      else await replaceFile(path, text);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
