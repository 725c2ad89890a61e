import { type Command, InvalidArgumentError, Option } from 'commander';

/** Flags of `start-agent` for its past runs. */
export interface RunStoreFlags {
  readonly state?: string;
  readonly keep_runs: number;
}

const KEEP_RUNS = { default: 50, max: 10_000 };

/** Adds the flags of past runs. */
export function addRunStoreOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--state <dir>',
        'folder for past runs and the state of the current one; none: in memory (default: $STATE_DIRECTORY, else loadbot-agent/NAME in $XDG_STATE_HOME or ~/.local/state)',
      ).env('LOADBOT_STATE'),
    )
    .addOption(
      new Option('--keep_runs <number>', 'number of past runs to keep, the newest')
        .default(KEEP_RUNS.default)
        .argParser(parseKeepRuns),
    );
}

function parseKeepRuns(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= KEEP_RUNS.max) return count;
  throw new InvalidArgumentError(`A whole number from 1 to ${KEEP_RUNS.max} is expected.`);
}
