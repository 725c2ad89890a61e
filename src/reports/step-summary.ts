import { appendFile, stat } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './report.ts';
import { toResultDocument } from './result-document.ts';

/**
 * Bytes that GitHub takes of one step: more, and it shows nothing at all.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
const MAX_BYTES = 1024 * 1024;
const CUT = '\n\n*The rest did not fit into this summary: see the result file.*\n';

/**
 * Appends the result to the summary of a GitHub Actions step.
 * @param path what `GITHUB_STEP_SUMMARY` says
 * @param warn hears why that could not be done, which is no failure of the run
 */
export function stepSummaryReport(path: string, warn: (message: string) => void): Report {
  return {
    end: async (result) => {
      try {
        const written = await stat(path).then(
          ({ size }) => size,
          () => 0,
        );
        const text = cutLines(renderMarkdown(toResultDocument(result)), MAX_BYTES - written);
        if (text === '') warn('the step summary is full: nothing was added to it');
        else await appendFile(path, text);
      } catch (error) {
        warn(`cannot write the step summary: ${messageOf(error)}`);
      }
    },
  };
}

/** The text, or as many of its lines as fit into so many bytes; empty when that is hardly any. */
export function cutLines(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let room = bytes - Buffer.byteLength(CUT);
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0) break;
    kept.push(line);
  }
  return kept.length < 3 ? '' : `${kept.join('\n')}${CUT}`;
}
