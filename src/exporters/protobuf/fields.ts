import { type PbfWriter, PbfReader } from 'pbf';

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

/** One raw field of a message. */
export interface RawField {
  readonly number: number;
  /** Bytes including the tag. */
  readonly bytes: Uint8Array;
  /** Content of a length-delimited field; empty for other types. */
  readonly content: Uint8Array;
}

const LENGTH_DELIMITED = 2;

/** Fields of a message in order, not decoded. */
export function readFields(message: Uint8Array): readonly RawField[] {
  const reader = new PbfReader(message);
  const fields: RawField[] = [];
  while (reader.pos < reader.length) {
    const start = reader.pos;
    const tag = reader.readVarint();
    const content = (tag & 7) === LENGTH_DELIMITED ? reader.readBytes() : NOTHING;
    if (content === NOTHING) reader.skip(tag);
    fields.push({ number: tag >> 3, bytes: message.subarray(start, reader.pos), content });
  }
  return fields;
}

const NOTHING = new Uint8Array();
