import { expect, test } from 'vitest';
import { ReplyValidator } from '../../../../src/drivers/redis/replies.ts';

const WELL_FORMED = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':-12\r\n',
  '$5\r\nhello\r\n',
  '$0\r\n\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '*3\r\n:1\r\n*2\r\n+a\r\n$3\r\na\r\nb\r\n$-1\r\n'.replace('$3\r\na\r\nb', '$4\r\na\r\nb'),
];

test('passes on replies in any pieces', () => {
  const bytes = Buffer.from(WELL_FORMED.join(''));
  for (let pieceLength = 1; pieceLength <= bytes.length; pieceLength++) {
    const replies = new ReplyValidator();
    for (let at = 0; at < bytes.length; at += pieceLength) {
      const piece = bytes.subarray(at, at + pieceLength);
      expect(replies.accept(piece)).toBe(piece);
    }
  }
});

test.each([
  ['a type that is not one of the protocol', '!!!! this is no protocol\r\n', /unknown type byte 33/],
  ['a type of the newer protocol', '%1\r\n', /unknown type byte 37/],
  ['a length that is not a number', '$5a\r\n', /not a number/],
  ['a length without digits', '$\r\n', /not a number/],
  ['a text of 600 MB', '$629145600\r\n', /is 629145600 bytes long/],
  ['a negative length', '$-2\r\n', /is -2 bytes long/],
  ['a list of 4 billion elements', '*4294967295\r\n', /has 4294967295 elements/],
  ['lists in lists that come to too many', '*1000000\r\n*1000000\r\n', /has 1000000 elements/],
  ['a text that is longer than its length', '$2\r\nabc\r\n', /instead of a line end/],
  ['a line that ends in half a line end', '+OK\rX', /instead of a line end/],
])('%s is refused', (_, text, fault) => {
  expect(() => new ReplyValidator().accept(Buffer.from(text))).toThrow(fault);
});

test('refuses an endless line', () => {
  const replies = new ReplyValidator();
  replies.accept(Buffer.from('+'));
  const piece = Buffer.alloc(65_536, 'a');
  for (let n = 0; n < 16; n++) replies.accept(piece);
  expect(() => replies.accept(piece)).toThrow(/longer than 1048576 bytes/);
});
