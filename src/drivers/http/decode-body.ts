import { TextDecoder } from 'node:util';
import * as zlib from 'node:zlib';
import { messageOf } from '../../shared/errors.ts';

type Decoder = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/** Node before 22.15 and 23.8 has no zstd, and the type declarations are those of the oldest supported version. */
const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: Decoder };

/** Decoders by content coding (RFC 9110, section 8.4.1). */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', (bytes, options) => (hasZlibHeader(bytes) ? zlib.inflateSync : zlib.inflateRawSync)(bytes, options)],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zstdDecompressSync ?? refuseZstd],
  ['identity', (bytes) => bytes],
]);

/** Error of a body that is longer than allowed, as received or decoded. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';

  constructor(maxBytes: number) {
    super(`the body is larger than ${maxBytes} bytes (max_body)`);
  }
}

/**
 * Decodes a body.
 * @param codings content codings in the order in which the server applied them, in lower case
 * @throws {BodyTooLargeError} when the result, or one in between, is longer than `maxBytes`
 * @throws {Error} when it cannot be decoded
 */
export function decodeBody(bytes: Buffer, codings: readonly string[], maxBytes: number): Buffer {
  // The response to HEAD announces the coding of a body that is not sent.
  if (bytes.length === 0) return bytes;
  return codings.reduceRight((encoded, coding) => decode(encoded, coding, maxBytes), bytes);
}

function decode(bytes: Buffer, coding: string, maxBytes: number): Buffer {
  const decoder = DECODERS.get(coding);
  if (decoder === undefined) throw new Error(`the body has the unknown content-encoding ${coding.slice(0, 40)}`);
  try {
    return decoder(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw new BodyTooLargeError(maxBytes);
    throw new Error(`the body cannot be decoded as ${coding}: ${messageOf(error)}`, { cause: error });
  }
}

/** Some servers send deflate data without the zlib format that RFC 9110 requires (RFC 1950, section 2.2). */
function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

function refuseZstd(): never {
  throw new Error(`Node ${process.versions.node} has no zstd; use Node 22.15 or later`);
}

const UTF8 = new TextDecoder();

/**
 * Converts a decoded body to text.
 * @param charset charset of the `content-type`; `undefined`: UTF-8
 * @throws {Error} when the charset is unknown
 */
export function textOfBody(bytes: Buffer, charset: string | undefined): string {
  return decoderOf(charset).decode(bytes);
}

function decoderOf(charset: string | undefined): TextDecoder {
  if (charset === undefined || charset === 'utf-8') return UTF8;
  try {
    return new TextDecoder(charset);
  } catch (error) {
    throw new Error(`the body has the unknown charset ${charset.slice(0, 40)}`, { cause: error });
  }
}
