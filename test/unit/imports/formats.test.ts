import { describe, expect, test } from 'vitest';
import { IMPORT_FORMATS, type ImportFormat } from '../../../src/imports/formats.ts';
import { cpuSecondsOf } from '../../cpu-time.ts';
import { importError, importText } from './importing.ts';

describe('vegeta', () => {
  test('reads its http format', async () => {
    const text =
      '# targets\nGET http://h/a?b=1\nX-Account-ID: 8675309\n\nPOST http://h/b\nContent-Type: application/json\n@/path/to/body.json\nGET http://h/a?b=1\nX-Account-ID: 8675309\n';
    const { operations, text: written } = await importText('vegeta', text);
    expect(operations).toEqual([
      { name: 'GET /a', type: 'read', weight: 2, http: { path: '/a?b=1', headers: { 'x-account-id': '8675309' } } },
      {
        name: 'POST /b',
        type: 'write',
        http: { path: '/b', headers: { 'content-type': 'application/json' }, body: null },
      },
    ]);
    expect(written).toContain('Bodies in files (@path) are not imported');
  });

  test('reads its JSON format', async () => {
    const body = Buffer.from('{"a":"#1"}').toString('base64');
    const lines = [
      { method: 'PUT', url: 'http://h/c', header: { 'Content-Type': ['application/json'] }, body },
      { method: 'GET', url: 'http://h/d' },
    ];
    const { operations } = await importText('vegeta', lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(operations).toMatchObject([
      { type: 'update', http: { method: 'PUT', path: '/c', body: { a: '##1' } } },
      { type: 'read', http: { path: '/d' } },
    ]);
  });

  test.each([
    ['GET http://h/a\nbad', 'bad.vegeta:2 must be a header "Name: value"'],
    ['http://h/a', 'bad.vegeta:1 must be "METHOD URL"'],
    ['{"method":"GET","url":"http://h"}\n{', 'bad.vegeta:2:1:2 is not valid JSON'],
    ['{"method":"GET"}', 'bad.vegeta:1: url must be text'],
  ])('refuses %s', async (text, message) => {
    expect(await importError('vegeta', text)).toContain(message);
  });
});

describe('access logs', () => {
  const LOG = `203.0.113.7 - - [10/Oct/2025:13:55:36 +0000] "GET /items?page=1 HTTP/1.1" 200 512 "https://h/" "Mozilla/5.0"
203.0.113.8 - frank [10/Oct/2025:13:55:46 +0000] "GET /items?page=1 HTTP/2.0" 304 0 "-" "curl/8.5"
203.0.113.8 - - [10/Oct/2025:13:55:46 +0000] "GET /reset?token=S3CRET HTTP/1.1" 302 0
shop.example:443 203.0.113.9 - - [10/Oct/2025:13:55:50 +0000] "HEAD / HTTP/1.1" 200 0 "-" "-"
203.0.113.9 - - [10/Oct/2025:13:55:50 +0000] "POST /items HTTP/1.1" 201 0 "-" "-"
203.0.113.9 - - [10/Oct/2025:13:55:50 +0000] "GET /wp-admin HTTP/1.1" 404 0 "-" "-"
203.0.113.9 - - [10/Oct/2025:13:55:56 +0000] "GET /app.css HTTP/1.1" 200 0 "-" "-"
203.0.113.9 - - [10/Oct/2025:13:55:56 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"
`;

  test('become paths by frequency, with the mean rate in a comment', async () => {
    const { text, operations } = await importText('access_log', LOG);
    expect(operations).toEqual([
      { name: 'GET /items', type: 'read', weight: 2, http: { path: '/items?page=1' } },
      { name: 'GET /reset', type: 'read', http: { path: '/reset?token=${TOKEN}', expect_status: 302 } },
      { name: 'HEAD /', type: 'read', http: { method: 'HEAD', path: '/' } },
    ]);
    expect(text).toContain('7 requests in 20s: 0.35/s on average');
    for (const reason of [
      'POST: its body is not in a log',
      'static file',
      'failed when it was recorded',
      'not of the log format',
      'The file names no host',
    ]) {
      expect(text).toContain(reason);
    }
    expect(text).not.toContain('S3CRET');
  });

  test('are refused when no line is one of a log', async () => {
    expect(await importError('access_log', 'hello\nworld')).toContain(
      'bad.access_log:1 is not a line of an access log',
    );
  });
});

const POSTMAN = {
  info: { name: 'Shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}' }] },
  variable: [
    { key: 'page', value: '2' },
    { key: 'loop', value: '{{loop}}' },
  ],
  event: [{ listen: 'test', script: { exec: [] } }],
  item: [
    {
      name: 'Items',
      item: [
        {
          name: 'List',
          request: {
            method: 'GET',
            header: [{ key: 'X-Off', value: '1', disabled: true }],
            url: { raw: '{{baseUrl}}/items/:id?page={{page}}', variable: [{ key: 'id', value: '7' }] },
          },
        },
        {
          name: 'Create',
          event: [{}],
          request: {
            method: 'POST',
            header: [],
            url: '{{baseUrl}}/items',
            body: {
              mode: 'raw',
              raw: '{\n  "id": "{{$guid}}",\n  "n": {{count}}\n}',
              options: { raw: { language: 'json' } },
            },
          },
        },
      ],
    },
    {
      name: 'Login',
      request: {
        auth: { type: 'noauth' },
        method: 'POST',
        url: { raw: '{{baseUrl}}/login' },
        body: {
          mode: 'urlencoded',
          urlencoded: [
            { key: 'password', value: 'S3CRET' },
            { key: 'q', value: 'a b' },
          ],
        },
      },
    },
    { name: 'Loop', request: { method: 'GET', url: '{{baseUrl}}/{{loop}}' } },
  ],
};

describe('Postman', () => {
  test('reads folders, variables, authorization and bodies', async () => {
    const { text, target, operations } = await importText('postman', JSON.stringify(POSTMAN));
    expect(target).toBe('${baseUrl}');
    expect(operations).toMatchObject([
      { type: 'read', http: { path: '/items/7?page=2', headers: { authorization: 'Bearer ${token}' } } },
      { type: 'write', http: { path: '/items', body: '{\n  "id": "#uuid",\n  "n": ${count}\n}' } },
      { type: 'write', http: { path: '/login', body: 'password=${PASSWORD}&q=a%20b' } },
      { type: 'read', http: { path: '/${loop}' } },
    ]);
    expect(operations[2]?.http.headers).not.toHaveProperty('authorization');
    expect(operations.map(({ name }) => name)).toContain('Items / List');
    expect(text).toContain('2 scripts (pre-request, tests) are not imported');
    expect(text).toContain('Variables of the environment: baseUrl, token, count, loop');
    expect(text).not.toContain('S3CRET');
  });

  test('refuses another version', async () => {
    expect(await importError('postman', '{"requests":[]}')).toMatch(/item must be a list\n +hint: export .* v2\.1/);
  });
});

const OPENAPI = `
openapi: 3.0.3
info: { title: Shop, version: "1" }
servers: [{ url: "https://{region}.shop.example/v1", variables: { region: { default: eu } } }]
security: [{ bearer: [] }]
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    key: { type: apiKey, in: query, name: api_key }
  schemas:
    Item:
      type: object
      properties:
        id: { type: string, format: uuid, readOnly: true }
        name: { type: string, example: "a #1 shirt" }
        size: { type: string, enum: [S, M, L] }
        price: { type: number, minimum: 1, maximum: 9 }
        parent: { $ref: "#/components/schemas/Item" }
        tags: { type: array, items: { type: string, maxLength: 4 } }
paths:
  /items/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: getItem
      parameters:
        - { name: verbose, in: query, schema: { type: boolean } }
        - { name: lang, in: query, example: de }
      responses: { "200": { description: ok } }
    delete: { security: [{ key: [] }], responses: {} }
  /items:
    post:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Item" } } } }
      responses: {}
`;

describe('OpenAPI', () => {
  test('reads operations, with examples or generated values', async () => {
    const { target, operations } = await importText('openapi', OPENAPI);
    expect(target).toBe('https://eu.shop.example');
    expect(operations).toHaveLength(3);
    expect(operations[0]?.http).toMatchObject({
      path: '/v1/items/#int(1,1000)?lang=de',
      headers: { authorization: 'Bearer ${BEARER_TOKEN}' },
    });
    expect(operations[1]?.http.path).toBe('/v1/items/#int(1,1000)?api_key=${API_KEY}');
    expect(operations[2]?.http.body).toMatchObject({
      name: 'a ##1 shirt',
      size: '#pick(S,M,L)',
      price: '#float(1,9,2)',
      tags: ['#string(4)'],
    });
    expect(operations[2]?.http.body).not.toHaveProperty('id');
    expect(operations.map(({ name }) => name)).toContain('getItem');
  });

  test('reads JSON, and servers without a host', async () => {
    const document = { openapi: '3.1.0', servers: [{ url: '/api' }], paths: { '/a': { get: {} } } };
    const { target, text, operations } = await importText('openapi', JSON.stringify(document));
    expect([target, operations[0]?.http.path]).toEqual(['http://127.0.0.1:8080', '/api/a']);
    expect(text).toContain('The file names no host: set the target.');
  });

  test('bounds schemas that grow exponentially', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `S${index}`);
    const schemas = Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          type: 'object',
          properties: Object.fromEntries(names.map((key) => [key, { $ref: `#/components/schemas/S${index + 1}` }])),
        },
      ]),
    );
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } };
    const document = {
      openapi: '3.0.0',
      components: { schemas },
      paths: { '/a': { post: { requestBody: { content } } } },
    };
    const seconds = await cpuSecondsOf(async () => {
      expect(await importError('openapi', JSON.stringify(document))).toMatch(/imported|larger than a workload may be/);
    });
    expect(seconds).toBeLessThan(10);
  });

  test.each([
    ['swagger: "2.0"', 'bad.openapi: openapi must be a version of OpenAPI 3'],
    ['openapi: 3.0.0\npaths: [', 'bad.openapi:'],
    ['a: '.repeat(2000), 'bad.openapi'],
  ])('refuses %.20s', async (text, message) => {
    expect(await importError('openapi', text)).toContain(message);
  });
});

describe('hostile input', () => {
  const LONG = 100_000;
  const formats = Object.keys(IMPORT_FORMATS) as ImportFormat[];

  test.each(formats)('%s takes linear time', async (format) => {
    const texts = ['"', "'", '\\', ' ', 'a', '{"a":', '%{', '&', '$', '=', '#', ':'].map((part) =>
      part.repeat(LONG / part.length),
    );
    const seconds = await cpuSecondsOf(async () => {
      for (const text of texts) {
        for (const prefix of ['', "curl http://h/a -d '", 'GET http://h/', '1 - - [', '{"log":{"entries":["'])
          await importError(format, prefix + text);
      }
    });
    expect(seconds).toBeLessThan(20);
  });

  test('text of a file starts no tag and no variable, and controls no terminal', async () => {
    const marks = '\u{fdd0}${HOME}\u{fdd1}';
    const har = JSON.stringify({
      log: {
        entries: [
          {
            request: {
              method: 'POST',
              url: `http://h/#x`,
              postData: { mimeType: 'text/plain', text: `\u{9b}${marks}\u{202e}#uuid` },
            },
          },
        ],
      },
    });
    const { text, operations } = await importText('har', har);
    expect(operations[0]?.http.body).toBe('\u{9b}\u{fffd}$${HOME}\u{fffd}\u{202e}##uuid');
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u{80}-\u{9f}\u{202e}]/u);
  });
});
