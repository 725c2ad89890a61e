import { type Command, Option } from 'commander';
import type { Clock } from '../core/clock.ts';
import type { DebugSwitch } from '../core/debug.ts';
import { createLog, type Log, LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../core/log.ts';
import { setLibrarySink } from '../core/library-output.ts';
import type { Screen } from '../reports/screen.ts';

/** The flags about the log, as commander gives them. */
export interface LogOptions {
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** Adds the flags about the log. */
export function addLogOptions(command: Command): Command {
  return command
    .addOption(new Option('--log-level <level>', 'how much to log').choices(LOG_LEVELS).default('info'))
    .addOption(new Option('--log-format <format>', 'how to log').choices(LOG_FORMATS).default('text'));
}

/**
 * Opens the log of the flags. It also receives process warnings and console output of libraries.
 */
export function openLog({ logLevel, logFormat }: LogOptions, screen: Screen, clock: Clock, debug: DebugSwitch): Log {
  const log = createLog({
    level: logLevel,
    format: logFormat,
    debug,
    write: (line) => screen.writeLine(line),
    epochMs: () => clock.epochMs(),
  });
  setLibrarySink(({ message, thread }) => log.warn(message, { source: 'library', thread }));
  return log;
}
