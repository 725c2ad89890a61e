import type { Log, LogFormat } from '../../shared/log.ts';
import { progressLines } from './progress-lines.ts';
import type { Reporter } from '../report.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressOptions {
  /** Screen for bars: standard error, so that standard output contains results only. */
  readonly screen: Terminal;
  /** Log for progress lines, used without bars. */
  readonly log: Log;
  readonly logFormat: LogFormat;
  /** Disables progress. The summary and log warnings remain. */
  readonly quiet: boolean;
  /** Monotonic clock, in milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Loads the progress display and returns its factory, called once per run: live bars in a terminal, log lines elsewhere
 * or with a machine-readable log.
 */
export async function loadProgress(options: ProgressOptions): Promise<() => Reporter> {
  const { screen, logFormat, quiet } = options;
  if (quiet) return () => ({ end: () => {} });
  if (!screen.isTerminal || logFormat !== 'text') return () => progressLines(options);
  const { progressBars } = await import('./progress-bars.ts');
  return () => progressBars(screen);
}
