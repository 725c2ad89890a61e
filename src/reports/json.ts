import { checkWritable, replaceFile } from './replace-file.ts';
import type { Report } from './report.ts';
import { type ResultDocument, toResultDocument } from './result-document.ts';

/**
 * Writes the result as JSON when the run ends, whole or not at all: readers never see half a file. `-` is standard output,
 * for which `writeOut` is used; people's summary then has to go to standard error.
 * @throws {LoadbotError} `config_invalid`, before any load, when nothing can be written there
 */
export async function openJsonReport(path: string, writeOut: (text: string) => void): Promise<Report> {
  if (path !== '-') await checkWritable(path);
  return {
    end: async (result) => {
      const text = renderJson(toResultDocument(result));
      if (path === '-') writeOut(text);
      else await replaceFile(path, text);
    },
  };
}

/** The result file itself. */
export function renderJson(document: ResultDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
