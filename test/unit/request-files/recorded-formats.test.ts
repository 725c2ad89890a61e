import { describe, expect, test } from 'vitest';
import { readAccessLog } from '../../../src/request-files/read-access-log.ts';
import { recognizeFormat } from '../../../src/request-files/recorded-formats.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';

const START = '10.0.0.1 - - [10/Oct/2025:13:55:30 +0200]';
const SECOND = Date.UTC(2025, 9, 10, 11, 55, 30);

function read(text: string) {
  const { requests, leftOut } = readAccessLog('a.log', Buffer.from(text));
  const list = [...requests].map(({ method, url, timeMs, line }) => ({ method, url, timeMs, line }));
  return { list, leftOut: Object.fromEntries(leftOut) };
}

describe('an access log', () => {
  test('has a request with its time on each line, in common and combined format', () => {
    const { list, leftOut } = read(
      `${START} "GET /a?b=1 HTTP/1.1" 200 5\r\n\n${START.replace(':30', ':31')} "HEAD /b HTTP/2.0" 304 0 "-" "agent"\n`,
    );
    expect(list).toEqual([
      { method: 'GET', url: '/a?b=1', timeMs: SECOND, line: 1 },
      { method: 'HEAD', url: '/b', timeMs: SECOND + 1000, line: 3 },
    ]);
    expect(leftOut).toEqual({});
  });

  test('has the host of a request where the format has a virtual host', () => {
    expect(read(`shop.example.com:443 ${START} "GET /a HTTP/1.1" 200 5 "-" "-"`).list).toMatchObject([
      { url: 'http://shop.example.com:443/a' },
    ]);
  });

  test('leaves out requests with bodies, and lines without a request', () => {
    const lines = ['"POST /a HTTP/1.1" 200 5', '"\\x16\\x03\\x01" 400 150', '"-" 408 0', '"GET /b HTTP/1.1" 200 5'];
    const { list, leftOut } = read(lines.map((line) => `${START} ${line} "-" "-"`).join('\n'));
    expect(list.map(({ url }) => url)).toEqual(['/b']);
    expect(leftOut).toEqual({ 'POST: its body is not in a log': 1, 'a line without an HTTP request': 2 });
  });

  test('percent-encodes the characters that servers escape', () => {
    expect(read(`${START} "GET /a\\x22\\xC3\\xA4\\"\\\\ HTTP/1.1" 200 5 `).list).toMatchObject([
      { url: '/a%22%C3%A4%22%5C' },
    ]);
  });

  test.each([
    ['hello', 'a.log:2 is not a line of an access log'],
    [
      `${START.replace('Oct', 'Foo')} "GET / HTTP/1.1" 200 5 `,
      'a.log:2 has a time that is not one: [10/Foo/2025:13:55:30 +0200]',
    ],
    [`${START} "GET /${'a'.repeat(70_000)} HTTP/1.1" 200 5 `, 'a.log:2 is longer than 64 KiB'],
  ])('%.40s: refuses the line with its number', (line, message) => {
    expect(() => read(`${START} "GET / HTTP/1.1" 200 5 \n${line}`)).toThrow(message);
  });
});

describe('the format of a file', () => {
  test.each([
    ['a.har', '', 'har'],
    ['saved.json', '{ "log": { "entries": [] } }', 'har'],
    ['shop.postman_collection.json', '{}', 'postman'],
    ['c.json', '{"info":{"_postman_id":"1"},"item":[]}', 'postman'],
    ['requests.sh', '', 'curl'],
    ['copied', "curl 'http://h/a'", 'curl'],
    ['targets.txt', 'GET http://h/a\n', 'vegeta'],
    ['targets.txt', '{"method":"GET","url":"http://h/a"}\n', 'vegeta'],
    ['access.log.1', `${START} "GET / HTTP/1.1" 200 5 "-" "-"\n`, 'access_log'],
    ['access.log', `${START} "-" 408 0 "-" "-"\n`, 'access_log'],
  ])('%s %.30s: %s', (file, text, format) => {
    expect(recognizeFormat(file, Buffer.from(text))).toBe(format);
  });

  test('is asked for if it is not recognized', () => {
    const recognize = () => recognizeFormat('a.txt', Buffer.from('hello\n'));
    expect(recognize).toThrow(LoadbotError);
    expect(recognize).toThrow('the format of a.txt is not recognized');
  });
});
