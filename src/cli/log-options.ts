import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Clock } from '../shared/clock.ts';
import {
  type DebugSwitch,
  createLog,
  type Log,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
} from '../shared/log.ts';
import { setLibrarySink } from '../shared/library-output.ts';
import type { Terminal } from '../reports/terminal/terminal.ts';
import { widthOf, wrap } from '../reports/terminal/text-width.ts';

/** The flags about the log, as commander gives them. */
export interface LogFlags {
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** Values of loadbot, each with its equivalent here. */
const LEVEL_ALIASES: Readonly<Record<string, LogLevel>> = { trace: 'debug', fatal: 'error', panic: 'error' };
const FORMAT_ALIASES: Readonly<Record<string, LogFormat>> = { fancy: 'text' };

/** Adds the flags about the log. */
export function addLogOptions(command: Command): Command {
  return command
    .addOption(choice('--log-level <level>', 'log level', LOG_LEVELS, LEVEL_ALIASES).default('info'))
    .addOption(
      choice('--log-format <format>', 'log format; fancy means text', LOG_FORMATS, FORMAT_ALIASES).default('text'),
    );
}

function choice<Value extends string>(
  flags: string,
  description: string,
  choices: readonly Value[],
  aliases: Readonly<Record<string, Value>>,
): Option {
  const parse = (text: string): Value => {
    const value = choices.find((one) => one === text) ?? (Object.hasOwn(aliases, text) ? aliases[text] : undefined);
    if (value === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return value;
  };
  return new Option(flags, description).choices(choices).argParser(parse);
}

/**
 * Opens the log of the flags. It also receives process warnings and console output of libraries.
 */
export function openLog({ logLevel, logFormat }: LogFlags, screen: Terminal, clock: Clock, debug: DebugSwitch): Log {
  const log = createLog({
    level: logLevel,
    format: logFormat,
    debug,
    write: (line) => {
      const lines = logFormat === 'json' ? [line] : wrapRecord(line, screen.columns);
      for (const one of lines) screen.writeLine(one);
    },
    epochMs: () => clock.epochMs(),
  });
  setLibrarySink(({ message, thread }) => log.warn(message, { source: 'library', thread }));
  return log;
}

/** Columns of time and level; later lines of a record begin below its message, if there is room. */
const MESSAGE_AT = 15;

/** Breaks a record between its words, where a terminal would break it anywhere. */
function wrapRecord(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const indent = ' '.repeat(columns < 50 ? 2 : MESSAGE_AT);
  const [first = '', ...rest] = wrap(line, columns);
  return [first, ...wrap(rest.join(' '), columns - indent.length).map((one) => indent + one)];
}
