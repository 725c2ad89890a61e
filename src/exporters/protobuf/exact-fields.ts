import type { PbfWriter } from 'pbf';

// Fields that the library's methods do not encode exactly.

const FIXED64 = 1;

/** Writes a string field. The library (5.1.2) corrupts characters above U+1FFFF, such as rare Han characters. */
export function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, Buffer.from(text));
}

/**
 * Writes a fixed 8-byte field from bits: for integers beyond the range of a number, and for NaN payloads, which may
 * change in a number.
 */
export function writeBits(writer: PbfWriter, field: number, bits: bigint): void {
  writer.writeTag(field, FIXED64);
  writer.realloc(8);
  writer.dataView.setBigUint64(writer.pos, bits, true);
  writer.pos += 8;
}
