import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chromiumHar } from './har-sample.ts';
import { importError, importText } from './importing.ts';

const SHOP = chromiumHar([
  { url: 'https://shop/', type: 'document', headers: { Cookie: 'sid=S3CRET1' } },
  { url: 'https://shop/app.js', type: 'script' },
  { url: 'https://cdn.example/font.woff2', type: 'font' },
  { url: 'https://stats.example/hit', type: 'fetch' },
  { url: 'https://shop/api/items?page=1', headers: { Cookie: 'sid=S3CRET2', 'X-CSRF-Token': 'S3CRET3' } },
  { url: 'https://shop/api/items?page=1', headers: { Cookie: 'sid=S3CRET4', 'X-CSRF-Token': 'S3CRET3' } },
  {
    url: 'https://shop/api/items',
    method: 'OPTIONS',
    type: 'preflight',
    headers: { 'Access-Control-Request-Method': 'POST' },
  },
  {
    url: 'https://shop/api/cart',
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    postData: { mimeType: 'application/json', text: '{"item":7,"auth":{"token":"S3CRET5"}}' },
  },
  {
    url: 'https://shop/login',
    method: 'POST',
    status: 302,
    postData: {
      mimeType: 'application/x-www-form-urlencoded',
      params: [
        { name: 'user', value: 'a b' },
        { name: 'password', value: 'S3CRET6' },
      ],
    },
  },
  { url: 'https://shop/blocked', status: 0 },
  { url: 'https://shop/missing', status: 404 },
  { url: 'data:text/plain,x' },
  { url: 'wss://shop/socket', status: 101 },
]);

describe('HAR', () => {
  test('imports the requests of the main host, without secrets', async () => {
    const { text, target, http, operations } = await importText('har', SHOP);
    expect(target).toBe('https://shop');
    expect(text).not.toContain('S3CRET');
    expect(http).toEqual({ headers: { 'user-agent': 'Mozilla/5.0' } });
    expect(operations).toEqual([
      {
        name: 'GET /api/items',
        type: 'read',
        weight: 2,
        http: { path: '/api/items?page=1', headers: { cookie: '${COOKIE}', 'x-csrf-token': '${X_CSRF_TOKEN}' } },
      },
      { name: 'GET /', type: 'read', http: { path: '/', headers: { cookie: '${COOKIE}' } } },
      {
        name: 'POST /api/cart',
        type: 'write',
        http: {
          path: '/api/cart',
          headers: { 'content-type': 'application/json' },
          body: { item: 7, auth: { token: '${TOKEN}' } },
        },
      },
      {
        name: 'POST /login',
        type: 'write',
        http: {
          path: '/login',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'user=a+b&password=${PASSWORD}',
          expect_status: 302,
        },
      },
    ]);
  });

  test('lists what was left out, and what is not expressible', async () => {
    const { text } = await importText('har', SHOP);
    for (const reason of [
      'other host: https://stats.example',
      'static file',
      'CORS preflight',
      'WebSocket',
      'not http or https',
      'has no response',
      'failed when it was recorded',
    ]) {
      expect(text).toContain(reason);
    }
    expect(text).toMatch(/the order of steps, pauses, and values of/);
  });

  test('chooses another host, and another target', async () => {
    const { target, operations } = await importText('har', SHOP, {
      host: 'stats.example',
      connectionString: 'http://127.0.0.1:8080/base',
    });
    expect(target).toBe('http://127.0.0.1:8080');
    expect(operations[0]?.http.path).toBe('/base/hit');
  });

  test('uses HTTP/2 where the recording did', async () => {
    const { http } = await importText('har', chromiumHar([{ url: 'https://h/a', version: 'h2' }]));
    expect(http).toMatchObject({ version: 2 });
  });

  test('distributes more than 32 requests over jobs at the same time', async () => {
    const many = chromiumHar(Array.from({ length: 70 }, (_, index) => ({ url: `http://h/${index}` })));
    const { text, operations } = await importText('har', many);
    expect(operations).toHaveLength(70);
    expect(text).toContain('"parallel"');
    expect([...text.matchAll(/"pace": ([\d.]+)/g)].map(([, pace]) => Number(pace))).toEqual([4.57, 4.57, 0.857]);
  });

  test.each([
    ['{"log": {"entries": [}}', 'bad.har:1:22 is not valid JSON'],
    ['{}', 'bad.har: log.entries must be a list'],
    ['{"log":{"entries":[{"request":{"method":"GET"}}]}}', 'bad.har: log.entries[0].request.url must be text'],
    ['['.repeat(300), 'bad.har is nested in more than 200 levels'],
    ['{"log":{"entries":[]}}', 'bad.har has no requests to import'],
  ])('refuses %s', async (text, message) => {
    expect(await importError('har', text)).toContain(message);
  });
});

test('reads a recording of Chromium', async () => {
  const recording = readFileSync(new URL('chromium-recording.har', import.meta.url), 'utf8');
  const { text, operations } = await importText('har', recording);
  expect(recording).toContain('S3CRET');
  expect(text).not.toContain('S3CRET');
  expect(operations.map(({ type, weight, http }) => [type, http.path, weight])).toEqual([
    ['read', '/api/items?page=1&q=a%20b', 2],
    ['read', '/', undefined],
    ['write', '/api/cart', undefined],
  ]);
  expect(operations[2]?.http).toMatchObject({
    headers: { 'content-type': 'application/json', cookie: '${COOKIE}', 'x-csrf-token': '${X_CSRF_TOKEN}' },
    body: { item: 7, password: '${PASSWORD}' },
  });
  expect(text).toContain('3 requests: static file');
});
