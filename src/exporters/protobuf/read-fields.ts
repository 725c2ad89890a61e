import { PbfReader } from 'pbf';

/** One field of a message, as it was written. */
export interface RawField {
  readonly number: number;
  /** With its tag. */
  readonly bytes: Uint8Array;
  /** Of a field of variable length, its content; of others, empty. */
  readonly content: Uint8Array;
}

const LENGTH_DELIMITED = 2;

/** The fields of a message in their order, not decoded. */
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
