import type { PbfWriter } from 'pbf';

// Fields that the library's own methods do not write exactly.

const FIXED64 = 1;

/** A string field. The library (5.1.2) makes another character of those beyond U+1FFFF, such as rarer Han. */
export function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, Buffer.from(text));
}

/**
 * A field of 8 bytes, given as bits: for integers that a number cannot hold, and for a NaN that has to stay the one it is,
 * which it may not when it passes through a number.
 */
export function writeBits(writer: PbfWriter, field: number, bits: bigint): void {
  writer.writeTag(field, FIXED64);
  writer.realloc(8);
  writer.dataView.setBigUint64(writer.pos, bits, true);
  writer.pos += 8;
}
