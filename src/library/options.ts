import type { PlanOptions, RunFlagOptions } from './flag-options.ts';
import type { Progress } from './progress.ts';

/** Options that name the surroundings of a workload. */
interface SourceOptions {
  /**
   * Base directory of relative paths in a workload of code; those of a file are relative to the file.
   * @default process.cwd()
   */
  readonly directory?: string | undefined;
  /**
   * Variables for `${NAME}` and the variables `LOADBOT_...` of the command.
   * @default process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Options of `validate`. */
export interface ValidateOptions extends PlanOptions, SourceOptions {}

/** Options of `run`. */
export interface RunOptions extends RunFlagOptions, SourceOptions {
  /**
   * Stops the run: requests in flight may finish (`drain`, 5 s by default), and the promise resolves with the verdict
   * `stopped` within 10 s more.
   */
  readonly signal?: AbortSignal | undefined;
  /** Report files by kind, written at the end; `json`, the result file, is also updated each second. */
  readonly reports?: { readonly [Kind in ReportName]?: string | undefined } | undefined;
  /** Called about once a second while the load runs, and at its end. Errors that it throws are logged. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called with each message that the command would log, including warnings about the workload. */
  readonly onLog?: ((record: LogRecord) => void) | undefined;
}

/** Kinds of reports. */
export type ReportName =
  | 'summary'
  | 'junit'
  | 'json'
  | 'html'
  | 'csv'
  | 'markdown'
  | 'gitlab'
  | 'openmetrics'
  | 'badge'
  | 'k6';

/** A message of a run. */
export interface LogRecord {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>;
}
