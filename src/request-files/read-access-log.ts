import { LoadbotError } from '../shared/errors.ts';
import { isBodiless, parseLogLine, parseLogTime, withoutBody } from './access-log.ts';
import type { ImportedRequest, RecordedRequests } from './imported-request.ts';
import { withoutMarks } from './template-text.ts';

const LF = 10;
const CR = 13;
/** Longest line, in bytes: servers accept request lines of some kilobytes. */
const MOST_LINE_BYTES = 64 * 1024;

/** Reads an access log line by line: the GET and HEAD requests in order, each with its time. */
export function readAccessLog(file: string, bytes: Buffer): RecordedRequests {
  const leftOut = new Map<string, number>();
  return { requests: requestsOf(file, bytes, leftOut), leftOut };
}

function* requestsOf(file: string, bytes: Buffer, leftOut: Map<string, number>): Generator<ImportedRequest> {
  const leave = (reason: string): void => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  let [knownTime, knownMs] = ['', NaN];
  for (const { text, line } of linesOf(file, bytes)) {
    const parsed = parseLogLine(text);
    if (parsed === undefined) {
      throw fault(
        `${file}:${line} is not a line of an access log`,
        'the common and the combined log format of Apache and nginx are supported',
      );
    }
    if (parsed === 'without_request') {
      leave('a line without an HTTP request');
      continue;
    }
    const { host, time, method, target, status } = parsed;
    if (time !== knownTime) [knownTime, knownMs] = [time, parseLogTime(time)];
    if (Number.isNaN(knownMs)) throw fault(`${file}:${line} has a time that is not one: [${time}]`);
    if (!isBodiless(method)) {
      leave(withoutBody(method));
      continue;
    }
    const path = withoutMarks(target);
    const url = host === '' || !path.startsWith('/') ? path : `http://${host}${path}`;
    yield { method, url, headers: [], weight: 1, status: Number(status), timeMs: knownMs, line };
  }
}

function* linesOf(file: string, bytes: Buffer): Generator<{ readonly text: string; readonly line: number }> {
  for (let [start, line] = [0, 1]; start < bytes.length; line++) {
    const found = bytes.indexOf(LF, start);
    const next = found === -1 ? bytes.length : found;
    const end = bytes[next - 1] === CR && next > start ? next - 1 : next;
    if (end - start > MOST_LINE_BYTES) throw fault(`${file}:${line} is longer than 64 KiB`);
    const text = bytes.toString('utf8', start, end);
    if (text.trim() !== '') yield { text, line };
    start = next + 1;
  }
}

function fault(message: string, hint?: string): LoadbotError {
  return new LoadbotError('config_invalid', message, hint === undefined ? {} : { hint });
}
