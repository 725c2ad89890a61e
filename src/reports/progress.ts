import type { Log, LogFormat } from '../core/log.ts';
import { progressLines } from './progress-lines.ts';
import type { Report } from './report.ts';
import type { Screen } from './screen.ts';

export interface ProgressOptions {
  /** Where bars are drawn; standard error, so that standard output holds results only. */
  readonly screen: Screen;
  /** Where lines go when there are no bars. */
  readonly log: Log;
  readonly logFormat: LogFormat;
  /** No progress at all: neither bars nor lines. The summary and warnings of the log are still shown. */
  readonly quiet: boolean;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Loads what shows how a run is getting on, and gives what makes that for each run: live bars in a terminal, log lines
 * elsewhere or when the log is read by a machine.
 */
export async function loadProgress(options: ProgressOptions): Promise<() => Report> {
  const { screen, logFormat, quiet } = options;
  if (quiet) return () => ({ end: () => {} });
  if (!screen.isTerminal || logFormat !== 'text') return () => progressLines(options);
  const { progressBars } = await import('./progress-bars.ts');
  return () => progressBars(screen);
}
