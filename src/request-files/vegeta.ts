import { isUtf8 } from 'node:buffer';
import { LoadbotError } from '../shared/errors.ts';
import { splitOnce } from '../shared/text.ts';
import type { Header, ImportedFile, ImportedRequest } from './imported-request.ts';
import { parseJsonFile } from './parse-json.ts';
import { withoutMarks } from './template-text.ts';

/** Parses targets of vegeta: its http format, or one JSON object a line. */
export function parseVegeta(file: string, text: string): ImportedFile {
  return /^\s*\{/.test(text) ? parseJsonTargets(file, text) : parseHttpTargets(file, text);
}

const REQUEST_LINE = /^([A-Z-]+)\s+(\S+)$/;

function parseHttpTargets(file: string, text: string): ImportedFile {
  const requests: ImportedRequest[] = [];
  let bodies = 0;
  let headers: Header[] | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = withoutMarks(raw.trim());
    if (line.startsWith('#')) continue;
    const [, method, url] = REQUEST_LINE.exec(line) ?? [];
    if (line === '') headers = undefined;
    else if (method !== undefined && url !== undefined) {
      headers = [];
      requests.push({ method, url, headers, weight: 1 });
    } else if (headers !== undefined && line.startsWith('@')) bodies++;
    else {
      const [name = '', value] = splitOnce(line, ':') ?? [];
      if (headers === undefined || value === undefined) {
        const message = headers === undefined ? 'must be "METHOD URL"' : 'must be a header "Name: value"';
        throw new LoadbotError('config_invalid', `${file}:${index + 1} ${message}`);
      }
      headers.push([name, value]);
    }
  }
  const note = `Bodies in files (@path) are not imported, ${bodies} in all: put their text into \`http.body\`.`;
  return { requests, notes: bodies > 0 ? [note] : [] };
}

function parseJsonTargets(file: string, text: string): ImportedFile {
  let binary = 0;
  const requests = text.split('\n').flatMap((line, index): ImportedRequest[] => {
    if (line.trim() === '') return [];
    const target = parseJsonFile(`${file}:${index + 1}`, line);
    const encoded = target.field('body').text();
    const bytes = encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
    if (bytes !== undefined && !isUtf8(bytes)) {
      binary++;
      return [];
    }
    const headers = target.field('header').entries();
    return [
      {
        method: target.field('method').requireText(),
        url: target.field('url').requireText(),
        headers: headers.flatMap(([name, list]) => list.items().map((value): Header => [name, value.text() ?? ''])),
        body: bytes === undefined ? undefined : withoutMarks(bytes.toString()),
        weight: 1,
      },
    ];
  });
  return { requests, notes: [], leftOut: new Map(binary > 0 ? [['binary body', binary]] : []) };
}
