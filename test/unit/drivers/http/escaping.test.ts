import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpOptions } from '../../../../src/plan/target.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import type { HttpServer, SeenRequest } from '../../../contract/driver/http-server.ts';
import { feederOf } from '../../data/feeders.ts';
import { materials } from '../../data/data-builder.ts';
import { openProbe, serve } from './running.ts';

/** Any text, with half surrogate pairs, controls, and many characters that mean something to a parser. */
const anyText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...'%&+=?#/\\"\' <>{}[]();:,.\r\n\t\0'.split('')) },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit)) },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Text that a header can hold: Latin-1 without controls, and without blanks at its ends, which do not belong to the value. */
const headerText = fc
  .string({
    unit: fc
      .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa1, max: 0xff }))
      .map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 20,
  })
  .map((text) => `<${text}>`);

/** Sends a request for each row of a feeder's column. */
async function sendEach(
  server: HttpServer,
  version: 1 | 2,
  texts: readonly string[],
  http: Partial<HttpOptions>,
): Promise<{ outcomes: string[]; seen: SeenRequest[] }> {
  const made = await materials(
    { type: 'read', filter: { _id: '#q.text' } },
    { feeders: [feederOf('q', 'sequential', { text: texts })], collection: 'docs' },
  );
  const options = { materials: made, http: { version, ...http } };
  const { session, probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`, options));
  const before = server.seen.length;
  for (const row of texts.keys()) await probe.request(row);
  await session.close();
  return { outcomes: probe.outcomes, seen: server.seen.slice(before) };
}

const wellFormed = (text: string): string => Buffer.from(text).toString();
const query = (url: string): URLSearchParams => new URLSearchParams(url.slice(url.indexOf('?') + 1));
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

const PLACES: [place: string, http: Partial<HttpOptions>, read: (seen: SeenRequest) => unknown, isExact?: boolean][] = [
  ['a path segment', { path: '/a/#q.text/b?x=1' }, ({ url }) => decodeURIComponent(url.split('/')[2] ?? '')],
  ['the key of the REST mapping', {}, ({ url }) => decodeURIComponent(url.split('/')[2] ?? '')],
  ['{key} in a path', { path: '/{collection}/{key}' }, ({ url }) => decodeURIComponent(url.split('/')[2] ?? '')],
  ['the value of a query', { path: '/a?q=#q.text&page=1' }, ({ url }) => query(url).get('q')],
  ['the name in a query', { path: '/a?#q.text=v&page=1' }, ({ url }) => [...query(url).keys()][0]],
  [
    'a form',
    { method: 'POST', headers: form, body: 'q=#q.text&x=1' },
    ({ body }) => new URLSearchParams(body).get('q'),
  ],
  [
    'JSON text',
    { method: 'POST', body: '{"a":"#q.text","b":1}' },
    ({ body }) => (JSON.parse(body) as { a: string }).a,
    true,
  ],
  [
    'a JSON body',
    { method: 'POST', body: { a: '#q.text' } },
    ({ body }) => (JSON.parse(body) as { a: string }).a,
    true,
  ],
];

describe.each([
  ['HTTP/1.1', 'http', 1],
  ['HTTP/2', 'h2c', 2],
] as const)('over %s', (_name, kind, version) => {
  test.each(PLACES)('a server decodes the rendered value from %s', async (_place, http, read, isExact = false) => {
    const server = await serve(kind, (_, answer) => void answer.end());
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 20 }), async (texts) => {
        const { outcomes, seen } = await sendEach(server, version, texts, http);
        expect(outcomes).toEqual(texts.map(() => 'ok'));
        expect(seen.map(read)).toEqual(isExact ? texts : texts.map(wellFormed));
        for (const { url } of seen) expect(url).toMatch(/^[!-~]+$/);
      }),
      { numRuns: 15 },
    );
  });

  test('a header contains Latin-1 text unchanged', async () => {
    const server = await serve(kind, (_, answer) => void answer.end());
    await fc.assert(
      fc.asyncProperty(fc.array(headerText, { minLength: 1, maxLength: 20 }), async (texts) => {
        const { seen } = await sendEach(server, version, texts, { path: '/', headers: { 'x-q': '#q.text' } });
        expect(seen.map(({ headers }) => headers['x-q'])).toEqual(texts);
      }),
      { numRuns: 15 },
    );
  });

  test('an invalid header value has the class `workload` and closes no connection', async () => {
    const server = await serve(kind, (_, answer) => void answer.end());
    const texts = ['a', 'a\r\nx-evil: 1', 'b', '😀', 'c', 'a\0b'];
    const { outcomes, seen } = await sendEach(server, version, texts, { path: '/', headers: { 'x-q': '#q.text' } });
    expect(outcomes).toEqual(['ok', 'workload', 'ok', 'workload', 'ok', 'workload']);
    expect(seen.map(({ headers }) => headers['x-q'])).toEqual(['a', 'b', 'c']);
    expect(seen.every(({ headers }) => headers['x-evil'] === undefined)).toBe(true);
    expect(server.connections).toBe(1);
  });
});

test('does not change braces in a body, which may be GraphQL', async () => {
  const server = await serve('http', (_, answer) => void answer.end());
  const document = '{ users(id: "#q.text") { items {key} {collection} } }';
  const body = { query: '{key}', variables: { id: '#q.text' }, other: '{ a {key} b {collection} }' };
  const first = await sendEach(server, 1, ['7'], { method: 'POST', path: '/graphql', body });
  expect(JSON.parse(first.seen[0]?.body ?? '')).toEqual({ ...body, variables: { id: '7' } });
  const headers = { 'content-type': 'application/graphql' };
  const second = await sendEach(server, 1, ['7'], { method: 'POST', path: '/graphql', headers, body: document });
  expect(second.seen[0]?.body).toBe(document.replace('#q.text', '7'));
});

test('the message of an invalid request names the field without its value', async () => {
  const server = await serve('http', (_, answer) => void answer.end());
  const made = await materials(
    { type: 'read', document: {} },
    { feeders: [feederOf('q', 'sequential', { text: ['s3cret\n'] })] },
  );
  const http = { path: '/', headers: { 'x-token': '#q.text' } };
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`, { materials: made, http }));
  expect(await probe.request(0)).toBe('workload');
  expect(probe.failure).toMatchObject({
    message: '`http.headers.x-token` cannot be sent: Invalid character in header content ["x-token"]',
  });
});
