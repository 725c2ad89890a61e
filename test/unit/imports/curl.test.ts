import { describe, expect, test } from 'vitest';
import { importError, importText } from './importing.ts';

// As Chrome copies it ("Copy as cURL (bash)").
const CHROME = String.raw`curl 'https://shop.example.com/api/cart?id=5&x=a%20b' \
  -X 'PUT' \
  -H 'accept: application/json' \
  -H 'accept-language: en' \
  -H 'authorization: Bearer eyJhbGciOi.S3CRET' \
  -b 'sid=S3CRET; theme=dark' \
  -H 'content-type: application/json' \
  -H 'sec-ch-ua: "Chromium";v="140"' \
  -H 'user-agent: Mozilla/5.0' \
  --data-raw $'{"q":"it\'s #1 \u00e9","n":1}' \
  --compressed`;

// "Copy as cURL (cmd)".
const WINDOWS = `curl ^"https://shop.example.com/api?q=%22a^&b=2^" ^
  -H ^"accept: */*^" ^
  --data-raw ^"^{^\\^"a^\\^":1^}^" ;`;

describe('curl', () => {
  test('reads a command that Chrome copied, and writes no secret', async () => {
    const { text, target, operations } = await importText('curl', CHROME);
    expect(target).toBe('https://shop.example.com');
    expect(operations).toHaveLength(1);
    expect(operations[0]).toMatchObject({
      type: 'update',
      http: {
        method: 'PUT',
        path: '/api/cart?id=5&x=a%20b',
        headers: {
          accept: 'application/json',
          authorization: 'Bearer ${AUTHORIZATION}',
          cookie: '${COOKIE}',
          'user-agent': 'Mozilla/5.0',
        },
        body: { q: "it's ##1 é", n: 1 },
      },
    });
    expect(Object.keys(operations[0]?.http.headers ?? {})).not.toContain('sec-ch-ua');
    expect(text).not.toContain('S3CRET');
    expect(text).toContain('//   COOKIE: the header cookie');
  });

  test('reads a command for Windows', async () => {
    const { operations } = await importText('curl', WINDOWS);
    expect(operations[0]?.http).toMatchObject({ path: '/api?q=%22a&b=2', headers: { accept: '*/*' } });
    expect(operations[0]?.http.body).toBe('{"a":1}');
  });

  test.each([
    ["curl localhost:8080/x -d a=1 -d 'b=2'", { path: '/x', body: 'a=1&b=2' }, 'write'],
    ['curl -G http://h/s -d q=1 --data-urlencode "name=a b&c"', { path: '/s?q=1&name=a%20b%26c' }, 'read'],
    ['curl -sSI http://h/', { path: '/', method: 'HEAD' }, 'read'],
    ['$ curl -XDELETE "http://h/a"   | jq . > x.json', { path: '/a' }, 'delete'],
    ['curl http://h/a --json \'{"a": [1]}\'', { path: '/a', body: { a: [1] } }, 'write'],
    [
      'curl http://h/a -d \'{"big": 12345678901234567890}\' -H "content-type: application/json"',
      { body: '{"big": 12345678901234567890}' },
      'write',
    ],
    ['curl http://h/a -u me:pw', { headers: { authorization: 'Basic ${AUTHORIZATION}' } }, 'read'],
    [
      'curl "http://h/items/$ID?key=$KEY" -H "x-a: ${A}b"',
      { path: '/items/${ID}?key=${KEY}', headers: { 'x-a': '${A}b' } },
      'read',
    ],
    [
      "curl http://h/a -d 'text with ${not_a_variable} and #uuid'",
      { body: 'text with $${not_a_variable} and ##uuid' },
      'write',
    ],
    ['curl --request POST --url=x --url http://h/b', { path: '/b' }, 'write'],
  ])('%s', async (command, http, type) => {
    const { operations } = await importText('curl', command.replace(' --url=x', ''));
    expect(operations[0]).toMatchObject({ type, http });
  });

  test('merges equal commands, and leaves out other hosts and static files', async () => {
    const lines = [
      'curl http://a/x',
      'curl http://a/x',
      '# a comment',
      'curl http://b/y',
      'curl http://a/z',
      'curl http://a/logo.png',
    ];
    const { text, operations } = await importText('curl', lines.join('\n'));
    expect(operations.map(({ weight, http }) => [http.path, weight])).toEqual([
      ['/x', 2],
      ['/z', undefined],
    ]);
    expect(text).toContain('1 request: other host: http://b');
    expect(text).toContain('1 request: static file');
    const all = await importText('curl', lines.join('\n'), { includeStatic: true, host: 'a', limit: 2 });
    expect(all.operations).toHaveLength(2);
    expect(all.text).toContain('less frequent than the first 2');
  });

  test('writes a form with text fields', async () => {
    const { operations, text } = await importText('curl', 'curl http://h/up -F a=1 -F file=@x.png');
    expect(operations[0]?.http.body).toContain('name="a"\r\n\r\n1\r\n');
    expect(text).toContain('Files of a form (-F name=@path) are not imported.');
  });

  test.each([
    ["curl http://h/\ncurl 'http://h/", 'bad.curl:2 has a single quote that is not closed'],
    ['curl "http://h/', 'bad.curl:1 has a double quote that is not closed'],
    ['wget http://h/', 'bad.curl:1 is not a command line of curl'],
    ['curl -X POST', 'bad.curl:1 has no URL'],
    ['curl http://h/$(id)', 'bad.curl:1 has a command substitution'],
    ['curl ftp://h/x', 'bad.curl has no requests to import'],
    ['# nothing', 'bad.curl has no requests to import'],
  ])('%s is refused', async (command, message) => {
    expect(await importError('curl', command)).toContain(message);
  });
});
