import { PbfReader } from 'pbf';

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
