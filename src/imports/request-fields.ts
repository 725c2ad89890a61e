import { findBeyondJsonBounds } from '../shared/json.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { percentEncode } from '../shared/percent-encode.ts';
import type { Header, ImportedRequest } from '../request-files/imported-request.ts';
import { countedType, type CountedType } from '../request-files/counted-type.ts';
import { splitUrl } from '../request-files/split-url.ts';
import { hasTemplate, mapLiteral, unmark } from '../request-files/template-text.ts';
import { escapeTags } from '../workload/variables.ts';

const METHODS: Readonly<Record<CountedType, string>> = {
  read: 'GET',
  write: 'POST',
  update: 'PATCH',
  delete: 'DELETE',
};
/** Types whose default request has no body. */
const BODILESS: ReadonlySet<CountedType> = new Set(['read', 'delete']);

/** The fields of a job or an operation that send a request. */
export interface RequestFields {
  readonly type: CountedType;
  readonly http: {
    readonly method: string | undefined;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>> | undefined;
    readonly body: unknown;
    readonly expect_status: number | string | undefined;
  };
}

/**
 * Converts a request to fields of a workload.
 * @param shared headers that the workload sets for all requests
 * @param isExact keeps the white space of a JSON body
 */
export function requestFields(
  request: ImportedRequest,
  shared: ReadonlyMap<string, string>,
  isExact = false,
): RequestFields {
  const { method, url, body, status = 200 } = request;
  const type = countedType(method);
  const headers = request.headers.filter(([name, value]) => shared.get(name) !== value);
  return {
    type,
    http: {
      method: method === METHODS[type] ? undefined : method,
      path: writePath(splitUrl(url).path),
      headers: headers.length === 0 ? undefined : writeHeaders(headers),
      // Without a body of their own, writes and updates would send a document.
      body: body === undefined ? (BODILESS.has(type) ? undefined : null) : writeBody(body, request.headers, isExact),
      expect_status: status >= 300 && status !== 304 ? status : undefined,
    },
  };
}

export function writeHeaders(headers: Iterable<Header>): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, toTemplate(value)]));
}

/** The headers that all requests have, with equal values. */
export function sharedHeaders(requests: readonly ImportedRequest[]): ReadonlyMap<string, string> {
  const [first, ...others] = requests;
  if (first === undefined || others.length === 0) return new Map();
  const all = others.map(({ headers }) => new Map(headers));
  // A `content-type` belongs to the body beside it.
  return new Map(
    first.headers.filter(
      ([name, value]) => name !== 'content-type' && all.every((headers) => headers.get(name) === value),
    ),
  );
}

/** A path for the workload: printable ASCII, braces encoded where they would be placeholders. */
function writePath(path: string): string {
  const encoded = mapLiteral(path, (literal) =>
    literal
      .replaceAll(/[^\u{21}-\u{7e}]+/gu, (text) => percentEncode(text))
      .replaceAll(/\{(key|collection)\}/g, '%7B$1%7D')
      .replaceAll(/(?<=\/)\{(\w+)\}(?=[/?]|$)/g, '%7B$1%7D'),
  );
  return toTemplate(encoded);
}

/** A JSON body as a value if that is sent unchanged, but for white space; any other body as text. */
function writeBody(body: string, headers: readonly Header[], isExact: boolean): unknown {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? 'application/json';
  if (/[/+]json\b/i.test(type) && /^\s*[[{]/.test(body) && isShallow(body)) {
    try {
      const value: unknown = JSON.parse(body);
      if (JSON.stringify(value) === (isExact ? body : withoutBlanks(body))) return writeJson(value);
    } catch {
      // Not JSON, or with a variable in place of a value.
    }
  }
  return toTemplate(body);
}

/** Whether a value may stand within the other objects of a workload. */
function isShallow(text: string): boolean {
  const { levels, values } = WORKLOAD_LIMITS;
  return findBeyondJsonBounds(text, { levels: levels - 10, containers: values, fields: values }) === undefined;
}

function withoutBlanks(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/gs, '$1');
}

/** @throws for a field name that a workload would change */
function writeJson(value: unknown): unknown {
  if (typeof value === 'string') return toTemplate(value);
  if (Array.isArray(value)) return value.map(writeJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (hasTemplate(name) || toTemplate(name) !== name) throw new Error('a name with a tag');
      return [name, writeJson(item)];
    }),
  );
}

/** Converts a text to the language of workload files: literal parts are escaped, marks disappear. */
export function toTemplate(text: string): string {
  return unmark(mapLiteral(text, escapeLiteral));
}

function escapeLiteral(text: string): string {
  return escapeTags(text).replaceAll('${', () => '$${');
}
