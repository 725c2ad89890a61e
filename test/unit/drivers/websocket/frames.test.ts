import fc from 'fast-check';
import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as library from 'ws';
import { buildFrame } from '../../../../src/drivers/websocket/frame-writer.ts';
import { ServerFrameReader } from '../../../../src/drivers/websocket/frame-reader.ts';
import { BINARY, TEXT } from '../../../../src/drivers/websocket/opcode.ts';

/** Reader of frames, which the types of the library leave out. */
const { Receiver } = library as unknown as {
  readonly Receiver: new (options: { readonly isServer: boolean; readonly extensions: object }) => Writable;
};

/** Reads the frames of a client by the library `ws`. */
async function readByLibrary(
  frames: readonly Buffer[],
): Promise<readonly (readonly [data: string, isBinary: boolean])[]> {
  const receiver = new Receiver({ isServer: true, extensions: {} });
  const messages: (readonly [string, boolean])[] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => messages.push([data.toString('latin1'), isBinary]));
  await new Promise<void>((resolve, reject) => {
    receiver.once('error', reject);
    receiver.end(Buffer.concat(frames), resolve);
  });
  await new Promise((resolve) => setImmediate(resolve));
  return messages;
}

test.each([0, 1, 3, 4, 125, 126, 127, 65_535, 65_536, 70_001])(
  'the library ws reads a frame of %d bytes as it was built',
  async (length) => {
    const text = 'é'.repeat(length >> 1) + 'x'.repeat(length & 1);
    const bytes = Buffer.alloc(length, 0xa5);
    const messages = await readByLibrary([buildFrame(TEXT, text), buildFrame(BINARY, bytes)]);
    expect(messages).toEqual([
      [Buffer.from(text).toString('latin1'), false],
      [bytes.toString('latin1'), true],
    ]);
  },
);

test('each frame has a mask of its own', () => {
  const masks = new Set(Array.from({ length: 5000 }, () => buildFrame(TEXT, 'a').readUInt32BE(2)));
  expect(masks.size).toBeGreaterThan(4990);
});

/** A server's message in fragments, with a ping before each. */
function frameMessage(text: string, cuts: readonly number[]): Buffer {
  const bytes = Buffer.from(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const parts = [...ends, bytes.length].map((end, index, all) => bytes.subarray(all[index - 1] ?? 0, end));
  return Buffer.concat(
    parts.flatMap((part, index) => {
      const head = Buffer.alloc(part.length < 126 ? 2 : 4);
      head[0] = (index === parts.length - 1 ? 0x80 : 0) | (index === 0 ? TEXT : 0);
      head[1] = part.length < 126 ? part.length : 126;
      if (part.length >= 126) head.writeUInt16BE(part.length, 2);
      return [Buffer.from([0x89, 1, index]), head, part];
    }),
  );
}

test('reads the same messages and pings from bytes that are split anywhere', () => {
  const message = fc.tuple(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.array(fc.nat(400), { maxLength: 4 }));
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (given, sizes) => {
        const bytes = Buffer.concat(given.map(([text, cuts]) => frameMessage(text, cuts)));
        const texts: string[] = [];
        let pings = 0;
        const reader = new ServerFrameReader(
          {
            message: (_, payload) => texts.push(payload.toString()),
            ping: () => pings++,
            pong: () => {},
            closing: () => {},
          },
          10_000,
          false,
        );
        // One buffer for all reads, as on a socket.
        const buffer = Buffer.alloc(100);
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const length = bytes.copy(buffer, 7, at, at + sizes[n % sizes.length]!);
          reader.read(buffer, 7, 7 + length);
          at += length;
        }
        expect(texts).toEqual(given.map(([text]) => text));
        expect(pings).toBeGreaterThanOrEqual(given.length);
      },
    ),
  );
});
