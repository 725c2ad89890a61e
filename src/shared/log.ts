import { sanitizeForTerminal } from './text.ts';

/** Most urgent first; a log level includes all levels before it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Structured fields of a log record. `undefined` is omitted. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Logs events for people and log collectors, one line each. Fields must not contain secrets. */
export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Enables debug records at any level while it is on. */
  readonly debug?: { readonly on: boolean };
  /** `text`: `12:03:04 WARN  message key=value` in local time; `json`: one object per line, `time` in UTC. */
  readonly format: LogFormat;
  /** Writes one line without its newline. Redirected by live progress bars, so that lines appear above them. */
  write(line: string): void;
  /** Epoch milliseconds. */
  epochMs(): number;
}

/** Creates a log that drops records below its level. */
export function createLog(options: LogOptions): Log {
  const render = options.format === 'json' ? jsonLine : textLine;
  const most = LOG_LEVELS.indexOf(options.level);
  const at = (level: LogLevel): Log['info'] => {
    const urgent = LOG_LEVELS.indexOf(level) <= most;
    return (message, fields = {}) => {
      if (!urgent && (level !== 'debug' || options.debug?.on !== true)) return;
      options.write(render(options.epochMs(), level, message, fields));
    };
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

function jsonLine(epochMs: number, level: LogLevel, message: string, fields: LogFields): string {
  const own = { time: new Date(epochMs).toISOString(), level, message };
  // Standard fields come first and cannot be overwritten by a field of the same name.
  return JSON.stringify({ ...own, ...fields, ...own });
}

function textLine(epochMs: number, level: LogLevel, message: string, fields: LogFields): string {
  const time = new Date(epochMs).toTimeString().slice(0, 8);
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}=${textValue(value)}`],
  );
  return `${time} ${level.toUpperCase().padEnd(5)} ${sanitizeForTerminal(message)}${pairs.join('')}`;
}

/** Quoted if it would not read as one value. */
function textValue(value: string | number | boolean): string {
  const text = sanitizeForTerminal(String(value));
  return text === '' || /[\s"=]/u.test(text) ? JSON.stringify(text) : text;
}

/** Whether debug logging is enabled; can be switched at any time. */
export interface DebugSwitch {
  on: boolean;
}
