import type { Header, ImportedRequest, RecordedRequests } from '../../../request-files/imported-request.ts';
import { keptHeaders } from '../../../request-files/kept-headers.ts';
import { redactRequest } from '../../../request-files/redact-request.ts';
import { hostOf, splitUrl } from '../../../request-files/split-url.ts';
import { fillTemplates } from '../../../request-files/template-text.ts';
import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import { formatBytes, formatCount } from '../../../shared/units.ts';
import type { Expansion } from '../../variables.ts';
import { fileFault } from './schema.ts';
import { type RequestRow, RequestRows, SecretCollector } from './request-rows.ts';

/** Selection of the requests of a file. */
export interface CollectOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Only requests to this host; `undefined`: all. */
  readonly host: string | undefined;
  /** Whether a request is in the sample, by its place in the file. */
  readonly isKept: (request: number) => boolean;
  /** Whether each request needs its time. */
  readonly needsTimes: boolean;
  /** Whether a header, by its name in lower case, is set or removed by the job. */
  readonly isReplaced: (header: string) => boolean;
  /** Expands the variables of a text, such as those of a command line of curl. */
  readonly expand: (text: string) => Expansion;
}

/** The requests of a file in its order. */
export interface CollectedRequests {
  /** The different requests. */
  readonly rows: readonly RequestRow[];
  /** Row of each request; -1: not in the sample. */
  readonly rowOf: readonly number[];
  /** Epoch milliseconds of each request; empty if they are not needed. */
  readonly times: readonly number[];
  /** Line of each request; empty: unknown. */
  readonly lines: readonly number[];
  readonly secrets: ReadonlySet<string>;
  /** Requests that cannot be sent or are to other hosts, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** @throws {LoadbotError} `config_invalid` for a request beyond a bound, without its time, or with an unset variable */
export function collectRequests(read: RecordedRequests, options: CollectOptions): CollectedRequests {
  const { file, isKept, needsTimes } = options;
  const rows = new RequestRows();
  const secrets = new SecretCollector();
  const leftOut = new Map<string, number>();
  const rowOf: number[] = [];
  const times: number[] = [];
  const lines: number[] = [];
  let kept = 0;
  for (const given of read.requests) {
    const request = fillVariables(given, options, secrets);
    const { origin, path } = splitUrl(request.url);
    const host = plainHost(origin);
    const isOther = options.host !== undefined && host !== options.host.toLowerCase();
    const reason = isOther ? 'other hosts' : reasonAgainst(request.method, origin);
    if (reason !== undefined) {
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
      continue;
    }
    const { timeMs = NaN, line } = request;
    const number = rowOf.length;
    if (needsTimes) {
      if (Number.isNaN(timeMs)) throw fileFault(`request ${formatCount(number + 1)} of ${file} has no recorded time`);
      times.push(timeMs);
    }
    if (line !== undefined) lines.push(line);
    if (!isKept(number)) {
      rowOf.push(-1);
      continue;
    }
    if (++kept > WORKLOAD_LIMITS.recordedRequests) throw tooMany(file);
    const known = rows.rows.length;
    checkBody(request, file, number);
    const { method, body } = request;
    rowOf.push(rows.add({ method, path, headers: headersOf(request, options), body, host }));
    if (rows.rows.length > known && !secrets.isFull) redactRequest(request, secrets);
  }
  for (const [reason, count] of read.leftOut) leftOut.set(reason, count);
  return { rows: rows.rows, rowOf, times, lines, secrets: secrets.found, leftOut };
}

function tooMany(file: string): Error {
  const most = formatCount(WORKLOAD_LIMITS.recordedRequests);
  return fileFault(`${file} has more than ${most} requests`, 'send a share of them: `"sample": 0.1`');
}

/** Why a request cannot be sent; `undefined`: it can. */
function reasonAgainst(method: string, origin: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(origin) && !/^https?:/i.test(origin)) return 'not http or https';
  return method !== 'CONNECT' && /^[A-Z-]+$/.test(method) ? undefined : `method ${method.slice(0, 20)}`;
}

/** Host with its port if it is not that of the scheme; empty: unknown. */
function plainHost(origin: string): string {
  return origin === '' ? '' : hostOf(origin).replace(/^https?:\/\//, '');
}

function checkBody({ body }: ImportedRequest, file: string, number: number): void {
  const { recordedBodyBytes: most } = WORKLOAD_LIMITS;
  if (body === undefined || Buffer.byteLength(body) <= most) return;
  throw fileFault(`the body of request ${formatCount(number + 1)} of ${file} is larger than ${formatBytes(most)}`);
}

const NO_HEADERS: readonly Header[] = [];

function headersOf({ headers }: ImportedRequest, { isReplaced }: CollectOptions): readonly Header[] {
  return headers.length === 0 ? NO_HEADERS : keptHeaders(headers).filter(([name]) => !isReplaced(name));
}

/** Fills the variables of a request; those of the shell and of Postman are variables of the environment. */
function fillVariables(
  request: ImportedRequest,
  { file, expand }: CollectOptions,
  secrets: SecretCollector,
): ImportedRequest {
  const { url, headers, body } = request;
  const fill = (text: string): string =>
    fillTemplates(text, (template) => {
      if (!template.startsWith('${')) {
        const message = `${file} has values that are generated for each request (${template})`;
        throw fileFault(message, 'import it as a workload: loadbot-agent import');
      }
      const { text: filled, faults } = expand(template);
      const [fault] = faults;
      if (fault !== undefined) throw fileFault(`${file}: ${fault.message}`, fault.hint);
      return secrets.replace(filled);
    });
  const filled = fill(url);
  if (filled === url && headers.length === 0 && body === undefined) return request;
  return {
    ...request,
    url: filled,
    headers: headers.map(([name, value]) => [fill(name), fill(value)]),
    body: body === undefined ? undefined : fill(body),
  };
}
