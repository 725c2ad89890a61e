import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../shared/units.ts';

/** Flags for a baseline that a server or a folder keeps. */
export interface BaselineFlags {
  readonly baseline_prometheus?: string;
  readonly baseline_query?: string;
  readonly baseline_folder?: string;
  readonly runs?: number;
  readonly look_back?: number;
}

const RUNS = { default: 5, max: 100 };
const LOOK_BACK = '30d';

/** Defaults of the flags. */
export const DEFAULT_RUNS = RUNS.default;
export const DEFAULT_LOOK_BACK_MS = lookBackMs(LOOK_BACK);

export function addBaselineOptions(command: Command): Command {
  return command
    .option(
      '--baseline_prometheus <url>',
      'read the baseline from a Prometheus-compatible server: the URL before /api/v1/query; may contain ${ENV_NAME}',
    )
    .option(
      '--baseline_query <selector>',
      'selects the runs: series with the label run_id, such as loadbot_run_info{branch="main"}',
    )
    .option(
      '--baseline_folder <dir>',
      'read the baseline from the last runs of a folder of result files, such as that of start-agent --state',
    )
    .addOption(
      new Option('--runs <number>', `number of runs, the last ones (default: ${RUNS.default})`).argParser(runs),
    )
    .addOption(
      new Option('--look_back <duration>', `maximum age of the runs (default: ${LOOK_BACK})`).argParser(lookBackMs),
    );
}

function runs(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= RUNS.max) return count;
  throw new InvalidArgumentError(`A whole number from 1 to ${RUNS.max} is expected.`);
}

function lookBackMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000) return ms;
  throw new InvalidArgumentError('A duration of a second or more is expected, such as 30d or 12h.');
}

/** Reactions of `compare` to changes that chance may explain. */
export const ON_UNKNOWN = ['fail', 'warn', 'pass'] as const;

export type OnUnknown = (typeof ON_UNKNOWN)[number];
