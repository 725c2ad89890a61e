import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { ClassifiedError } from '../../../src/drivers/classify-error.ts';
import { type FrameFormat, FrameReader, guardStream } from '../../../src/drivers/frame-guard.ts';

/** Frames whose first byte is their length; those that hold an `x` are refused. */
const format: FrameFormat = {
  headerBytes: 1,
  frameBytes(buffer, start) {
    if (buffer[start]! > 10) throw new ClassifiedError('protocol', 'too long');
    return buffer[start]!;
  },
  check(buffer, start, end) {
    if (buffer.subarray(start, end).includes('x')) throw new ClassifiedError('protocol', 'an x');
  },
};

const frame = (text: string): Buffer => Buffer.concat([Buffer.from([text.length + 1]), Buffer.from(text)]);

describe('a frame reader', () => {
  test('passes on only complete frames, however they arrive', () => {
    const bytes = Buffer.concat([frame('abc'), frame('de'), frame('fghi')]);
    for (let pieceLength = 1; pieceLength <= bytes.length; pieceLength++) {
      const reader = new FrameReader(format);
      const passed: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += pieceLength) {
        const piece = reader.accept(bytes.subarray(at, at + pieceLength));
        if (piece !== undefined) passed.push(piece);
      }
      expect(Buffer.concat(passed)).toEqual(bytes);
    }
  });

  test('accepts frames in a buffer that is reused, and keeps incomplete ones', () => {
    const bytes = Buffer.concat([frame('abc'), frame('de'), frame('fghi')]);
    for (let pieceLength = 1; pieceLength <= bytes.length; pieceLength++) {
      const reader = new FrameReader(format);
      const reused = Buffer.alloc(bytes.length);
      const passed: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += pieceLength) {
        reused.fill('x');
        const length = bytes.copy(reused, 0, at, at + pieceLength);
        const piece = reader.isEmpty
          ? reused.subarray(0, reader.acceptInPlace(reused, length))
          : reader.accept(Buffer.from(reused.subarray(0, length)));
        if (piece !== undefined) passed.push(Buffer.from(piece));
      }
      expect(Buffer.concat(passed)).toEqual(bytes);
      expect(reader.isEmpty).toBe(true);
    }
  });

  test('holds back an incomplete frame', () => {
    const reader = new FrameReader(format);
    expect(reader.accept(Buffer.concat([frame('abc'), Buffer.from([4, 0x64])]))).toEqual(frame('abc'));
    expect(reader.accept(Buffer.from('e'))).toBeUndefined();
    expect(reader.accept(Buffer.from('f'))).toEqual(frame('def'));
  });

  test('refuses a length as soon as it arrives, and a frame before any part is passed on', () => {
    expect(() => new FrameReader(format).accept(Buffer.from([200]))).toThrow('too long');
    expect(() => new FrameReader(format).accept(Buffer.concat([frame('abc'), frame('x')]))).toThrow('an x');
  });
});

describe('a guarded stream', () => {
  async function endOf(bytes: Buffer, read: (bytes: Buffer) => void): Promise<Error | undefined> {
    const stream = new PassThrough();
    guardStream(stream, new FrameReader(format));
    const ended = new Promise<Error | undefined>((resolve) =>
      stream.on('error', resolve).on('end', () => resolve(undefined)),
    );
    stream.on('data', read);
    stream.end(bytes);
    return ended;
  }

  test('passes on well-formed frames and other events', async () => {
    const read: Buffer[] = [];
    expect(await endOf(frame('abc'), (bytes) => read.push(bytes))).toBeUndefined();
    expect(read).toEqual([frame('abc')]);
  });

  test('is destroyed by a malformed frame, which is not passed on', async () => {
    const read: Buffer[] = [];
    expect(await endOf(frame('x'), (bytes) => read.push(bytes))).toMatchObject({
      errorClass: 'protocol',
      message: 'an x',
    });
    expect(read).toEqual([]);
  });

  test('is destroyed by an exception of its reader', async () => {
    const error = await endOf(frame('abc'), () => {
      throw new RangeError('beyond the end');
    });
    expect(error).toMatchObject({
      errorClass: 'protocol',
      message: 'the client library cannot parse the response: beyond the end',
    });
  });

  test('passes on the error of its reader', () => {
    const stream = new PassThrough();
    guardStream(stream, new FrameReader(format));
    stream.on('data', () => {
      throw new LoadbotError('internal', 'a fault of ours');
    });
    expect(() => stream.emit('data', frame('abc'))).toThrow('a fault of ours');
  });
});
