import { describe, expect, test } from 'vitest';
import { asksToClose, composeMessage, headerLines } from '../../../../src/drivers/http/request-message.ts';

describe('header lines', () => {
  test('begin with the defaults that the request does not set', () => {
    expect(
      headerLines('host:8080', [
        ['a', '1'],
        ['b', ''],
        ['later', () => 'x'],
      ]),
    ).toBe('host: host:8080\r\nconnection: keep-alive\r\na: 1\r\nb: \r\n');
  });

  test('leave the others to the request', () => {
    expect(
      headerLines('host', [
        ['connection', 'close'],
        ['host', 'other'],
      ]),
    ).toBe('connection: close\r\nhost: other\r\n');
  });
});

test.each([
  ['connection', 'close', true],
  ['connection', 'upgrade, Close', true],
  ['connection', 'keep-alive', false],
  ['connection', 'closed', false],
  ['x', 'close', false],
])('%s: %s ends the connection: %j', (name, value, expected) => {
  expect(asksToClose(name, value)).toBe(expected);
});

describe('a message', () => {
  test.each([
    ['GET', null, ''],
    ['DELETE', null, ''],
    ['POST', null, 'content-length: 0\r\n'],
    ['PUT', '', 'content-length: 0\r\n'],
    ['PATCH', Buffer.alloc(0), 'content-length: 0\r\n'],
    ['GET', 'abc', 'content-length: 3\r\n'],
  ])('%s with the body %j', (method, body, length) => {
    expect(String(composeMessage(method, '/p', 'a: b\r\n', body))).toBe(
      `${method} /p HTTP/1.1\r\na: b\r\n${length}\r\n${String(body ?? '')}`,
    );
  });

  test('is text if its length equals its number of bytes', () => {
    expect(composeMessage('POST', '/', '', 'abc')).toBeTypeOf('string');
    expect(composeMessage('GET', '/', 'x: \xe9\r\n', null)).toBeTypeOf('string');
  });

  test.each(['grüße', '№', '🙂', '\ud800'])('has the length of %j in bytes, encoded as UTF-8', (text) => {
    const bytes = Buffer.from(text);
    for (const body of [text, bytes]) {
      const message = composeMessage('POST', '/', 'x: \xe9\r\n', body);
      expect(message).toEqual(
        Buffer.concat([
          Buffer.from(`POST / HTTP/1.1\r\nx: \xe9\r\ncontent-length: ${bytes.length}\r\n\r\n`, 'latin1'),
          bytes,
        ]),
      );
    }
  });
});
