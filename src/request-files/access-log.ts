import { LoadbotError } from '../shared/errors.ts';
import { percentEncode } from '../shared/percent-encode.ts';
import { formatCountOf, formatRate } from '../shared/units.ts';
import type { ImportedFile, ImportedRequest } from './imported-request.ts';
import { withoutMarks } from './template-text.ts';

/** The common and the combined log format of Apache and nginx, with or without a virtual host before it. */
const LINE = /^(?:(\S+) )?\S+ \S+ \S+ \[([^\]]{1,100})\] "([A-Z]{1,20}) (\S+)(?: HTTP\/[\d.]+)?" (\d{3}) /;
/** A line of these formats whose request is not one of HTTP, such as the first bytes of TLS. */
const WITHOUT_REQUEST = /\[[^\]]{1,100}\] ".{0,8192}" \d{3} /;

/** A line of an access log. */
export interface LogLine {
  /** `%v` of Apache; empty: the format has none. */
  readonly host: string;
  /** `10/Oct/2000:13:55:36 -0700` */
  readonly time: string;
  readonly method: string;
  /** Path and query, or the complete URL of a proxy. */
  readonly target: string;
  readonly status: string;
}

/** Parses a line; `without_request` if it has no request, `undefined` if it is not of an access log. */
export function parseLogLine(line: string): LogLine | 'without_request' | undefined {
  const [, host = '', time = '', method = '', target = '', status = ''] = LINE.exec(line) ?? [];
  if (method !== '') return { host, time, method, target: unescapeTarget(target), status };
  return WITHOUT_REQUEST.test(line) ? 'without_request' : undefined;
}

/** Servers write `"`, `\` and bytes that are not printable as `\"`, `\\` and `\x7F`. */
function unescapeTarget(target: string): string {
  if (!target.includes('\\')) return target;
  return target.replaceAll(/\\(?:x([0-9A-F]{2})|(["\\]))/gi, (_, hex?: string, character?: string) =>
    hex === undefined ? percentEncode(character ?? '') : `%${hex.toUpperCase()}`,
  );
}

/** Whether the log has everything of a request: the bodies of others are not in a log. */
export function isBodiless(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Reason to leave out a request of another method. */
export function withoutBody(method: string): string {
  return `${method}: its body is not in a log`;
}

/** Parses an access log: its GET and HEAD requests, by frequency. The bodies of others are not in a log. */
export function parseAccessLog(file: string, text: string): ImportedFile {
  const counts = new Map<string, ImportedRequest & { weight: number }>();
  const leftOut = new Map<string, number>();
  const times: number[] = [];
  let lines = 0;
  let unread = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    lines++;
    const parsed = parseLogLine(line);
    if (parsed === undefined || parsed === 'without_request') {
      unread++;
      continue;
    }
    const { method, target, status } = parsed;
    times.push(parseLogTime(parsed.time));
    if (!isBodiless(method)) {
      const reason = withoutBody(method);
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
      continue;
    }
    // Statuses of one path may differ from time to time: a failed request is no reason to leave out the others.
    const key = `${method} ${target} ${status >= '400'}`;
    const known = counts.get(key);
    if (known !== undefined) known.weight++;
    else counts.set(key, { method, url: withoutMarks(target), headers: [], weight: 1, status: Number(status) });
  }
  if (lines === unread) {
    throw new LoadbotError('config_invalid', `${file}:1 is not a line of an access log`, {
      hint: 'the common and the combined log format of Apache and nginx are supported',
    });
  }
  if (unread > 0) leftOut.set('a line that is not of the log format', unread);
  return { requests: [...counts.values()], leftOut, notes: [describeRate(times)] };
}

/** `10/Oct/2000:13:55:36 -0700` in epoch milliseconds; NaN for another text. */
export function parseLogTime(text: string): number {
  return Date.parse(text.replace(/^(\d+)\/(\w+)\/(\d+):/, '$1 $2 $3 '));
}

function describeRate(times: readonly number[]): string {
  const known = times.filter((time) => Number.isFinite(time));
  // A log may have more lines than a call may have arguments.
  const first = known.reduce((least, time) => Math.min(least, time), Infinity);
  const last = known.reduce((most, time) => Math.max(most, time), -Infinity);
  const seconds = (last - first) / 1000;
  const count = formatCountOf(times.length, 'request');
  if (!(seconds > 0)) return `The log has ${count}.`;
  return `The log has ${count} in ${Math.round(seconds)}s: ${formatRate(times.length / seconds)} on average.`;
}
