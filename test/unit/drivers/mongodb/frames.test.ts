import { BSON } from 'mongodb';
import { expect, test } from 'vitest';
import { FrameReader } from '../../../../src/drivers/frame-guard.ts';
import { MongoFrames } from '../../../../src/drivers/mongodb/frames.ts';

interface Parts {
  readonly answers?: number;
  readonly kind?: number;
  readonly flags?: number;
  readonly section?: number;
  readonly length?: number;
}

/** An answer to request 7, unless it is to be something else. */
function message({ answers = 7, kind = 2013, flags = 0, section = 0, length }: Parts = {}): Buffer {
  const document = BSON.serialize({ ok: 1 });
  const head = Buffer.alloc(21);
  head.writeInt32LE(length ?? 21 + document.length, 0);
  head.writeInt32LE(99, 4);
  head.writeInt32LE(answers, 8);
  head.writeInt32LE(kind, 12);
  head.writeUInt32LE(flags, 16);
  head[20] = section;
  return Buffer.concat([head, document]);
}

function readerAfterRequest(): FrameReader {
  const frames = new MongoFrames();
  const request = Buffer.alloc(16);
  request.writeInt32LE(7, 4);
  frames.requestSent(request);
  return new FrameReader(frames);
}

test('passes on the response to the last request', () => {
  expect(readerAfterRequest().accept(message())).toEqual(message());
});

test('a message with moreToCome is answered by the following ones', () => {
  const reader = readerAfterRequest();
  expect(reader.accept(message({ flags: 2 }))).toBeDefined();
  expect(reader.accept(message({ answers: 99 }))).toBeDefined();
});

test.each([
  ['16 zeros, over which the library fills gigabytes', Buffer.alloc(16), /is 0 bytes long/],
  ['a negative length', message({ length: -1 }), /is -1 bytes long/],
  ['more than a server sends', message({ length: 48_000_001 }), /is 48000001 bytes long/],
  ['a kind that no server sends', message({ kind: 2004 }), /unknown opcode 2004/],
  ['the answer to another request', message({ answers: 6 }), /responds to request 6, not 7/],
  ['an unknown flag', message({ flags: 4 }), /a message is malformed/],
  ['a section that only clients send', message({ section: 1 }), /a message is malformed/],
  [
    'a document that is shorter than its message',
    Buffer.concat([message({ length: 34 + 1 }), Buffer.alloc(1)]),
    /a message is malformed/,
  ],
])('%s is refused', (_, bytes, fault) => {
  expect(() => readerAfterRequest().accept(bytes)).toThrow(fault);
});
