import type { Header, ImportedFile, ImportedRequest } from './imported-request.ts';
import type { ImportNode } from './import-node.ts';
import { parseJsonFile } from './parse-json.ts';
import { hostOf, splitUrl } from './split-url.ts';

/** Parses an HTTP archive (HAR 1.2), as browsers and proxies save it. */
export function parseHar(file: string, text: string): ImportedFile {
  const entries = parseJsonFile(file, text).field('log').field('entries').requireItems();
  const leftOut = new Map<string, number>();
  const leave = (reason: string): ImportedRequest[] => {
    leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
    return [];
  };
  const requests = entries.flatMap((entry): ImportedRequest[] => {
    const request = entry.field('request');
    const method = request.field('method').requireText().toUpperCase();
    const url = request.field('url').requireText();
    const headers = pairsOf(request.field('headers'));
    const { value: recorded } = entry.field('response').field('status');
    const status = typeof recorded === 'number' ? recorded : undefined;
    if (isPreflight(method, headers)) return leave('CORS preflight, which browsers send by themselves');
    if (/^wss?:/i.test(url) || status === 101) return leave('WebSocket');
    if (!/^https?:/i.test(url)) return leave('not http or https');
    if (status !== undefined && status < 100) return leave('has no response in the recording');
    const post = request.field('postData');
    if (post.field('encoding').value === 'base64') return leave('binary body');
    const timeMs = Date.parse(entry.field('startedDateTime').text() ?? '');
    return [{ method, url, headers: withType(headers, post), body: bodyOf(post), weight: 1, status, timeMs }];
  });
  return {
    requests,
    leftOut,
    notes: [
      'Requests are sent in random order, in the proportions of the recording: the order of steps, pauses, and values of a response that later requests repeat (CSRF tokens, ids) are not part of a workload.',
    ],
    connection: { http2: usesHttp2(entries, requests) },
  };
}

/** Name and value of each item of a list. */
function pairsOf(list: ImportNode): Header[] {
  return list.items().map((item) => [item.field('name').text() ?? '', item.field('value').text() ?? ''] as const);
}

function isPreflight(method: string, headers: readonly Header[]): boolean {
  return method === 'OPTIONS' && headers.some(([name]) => name.toLowerCase() === 'access-control-request-method');
}

/** The body: its text, or its parameters where a browser saves those alone. */
function bodyOf(post: ImportNode): string | undefined {
  const text = post.field('text').text();
  const params = pairsOf(post.field('params'));
  if (text !== undefined && text !== '') return text;
  if (params.length === 0 || /multipart/i.test(post.field('mimeType').text() ?? '')) return text || undefined;
  return new URLSearchParams(params.map(([name, value]): [string, string] => [name, value])).toString();
}

function withType(headers: readonly Header[], post: ImportNode): readonly Header[] {
  const type = post.field('mimeType').text();
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return type === undefined || type === '' || hasType ? headers : [...headers, ['content-type', type]];
}

/** Whether most requests to https used HTTP/2: HTTP/3 is not supported, and HTTP/2 is the nearest. */
function usesHttp2(entries: readonly ImportNode[], requests: readonly ImportedRequest[]): boolean | undefined {
  const versions = entries.map((entry) => entry.field('request').field('httpVersion').text() ?? '');
  const modern = versions.filter((version) => /^(?:h2|h3|http\/[23])/i.test(version)).length;
  const isSecure = requests.every(({ url }) => hostOf(splitUrl(url).origin).startsWith('https:'));
  return isSecure && modern * 2 > versions.length ? true : undefined;
}
