import { expect, test } from 'vitest';
import { parsePointer, valueAt } from '../../../../src/drivers/websocket/json-pointer.ts';

// The examples of RFC 6901, section 5.
const DOCUMENT = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8, ' ': 7 };

test.each([
  ['', DOCUMENT],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/m~0n', 8],
  ['/ ', 7],
  ['/missing', undefined],
  ['/foo/0/x', undefined],
  ['/__proto__', undefined],
])('%j refers to %j', (text, expected) => {
  expect(valueAt(DOCUMENT, parsePointer(text) ?? ['no pointer'])).toEqual(expected);
});

test.each(['foo', '#/foo', '/a~2', '/a~'])('%j is not a JSON pointer', (text) => {
  expect(parsePointer(text)).toBeUndefined();
});
