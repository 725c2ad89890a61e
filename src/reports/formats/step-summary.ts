import { appendFile, stat } from 'node:fs/promises';
import { messageOf } from '../../shared/errors.ts';
import { renderMarkdown } from './markdown.ts';
import type { Reporter } from '../report.ts';
import { toResultDocument } from '../document/result-document.ts';

/**
 * Maximum bytes per step: beyond it GitHub shows no summary.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
const MAX_BYTES = 1024 * 1024;
const CUT = '\n\n*The rest did not fit into this summary: see the result file.*\n';

/**
 * Appends the result to the summary of a GitHub Actions step.
 * @param path value of `GITHUB_STEP_SUMMARY`
 * @param warn receives the reason if it cannot be written; the run does not fail
 */
export function stepSummaryReport(path: string, warn: (message: string) => void): Reporter {
  return { end: (result) => appendToStepSummary(path, renderMarkdown(toResultDocument(result)), warn) };
}

/** Appends Markdown to the summary of a GitHub Actions step, truncated to GitHub's limit. */
export async function appendToStepSummary(path: string, text: string, warn: (message: string) => void): Promise<void> {
  try {
    const written = await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
    const kept = cutLines(text, MAX_BYTES - written);
    if (kept === '') warn('the step summary is full: nothing was added to it');
    else await appendFile(path, kept);
  } catch (error) {
    warn(`cannot write the step summary: ${messageOf(error)}`);
  }
}

/** Truncates text to whole lines within a number of bytes; empty if fewer than three lines fit. */
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
