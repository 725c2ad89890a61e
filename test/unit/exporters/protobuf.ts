import { PbfReader } from 'pbf';

/** How a field is called and read. A message in brackets is repeated. */
export type Field = readonly [name: string, kind: Scalar | Message | readonly [Scalar | Message]];

type Scalar = 'string' | 'double' | 'fixed64' | 'int64' | 'bool' | 'packed double' | 'packed fixed64';

/** A message by its field numbers, as its .proto file gives them. */
export interface Message {
  readonly [field: number]: Field;
}

/**
 * Decodes a message by its definition, to compare what different encoders make of the same. fixed64 and doubles that are
 * NaN are bits, as bigint. Throws for a field that the definition does not have.
 */
export function decode(bytes: Uint8Array, message: Message): Record<string, unknown> {
  return read(new PbfReader(bytes), message, bytes.length);
}

function read(reader: PbfReader, message: Message, end: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of Object.values(message) as Field[]) if (Array.isArray(field[1])) result[field[0]] = [];
  while (reader.pos < end) {
    const number = reader.nextField(end);
    const field = message[number];
    if (field === undefined) throw new Error(`no field ${number}`);
    const [name, kind] = field;
    if (Array.isArray(kind)) (result[name] as unknown[]).push(readValue(reader, kind[0] as Scalar | Message));
    else result[name] = readValue(reader, kind as Scalar | Message);
  }
  return result;
}

function readValue(reader: PbfReader, kind: Scalar | Message): unknown {
  if (typeof kind === 'string') return SCALARS[kind](reader);
  const length = reader.readVarint();
  return read(reader, kind, reader.pos + length);
}

const SCALARS: Readonly<Record<Scalar, (reader: PbfReader) => unknown>> = {
  string: (reader) => Buffer.from(reader.readBytes()).toString(),
  double: readDouble,
  fixed64: readBits,
  int64: (reader) => reader.readVarint(true),
  bool: (reader) => reader.readBoolean(),
  'packed double': (reader) => readPacked(reader, readDouble),
  'packed fixed64': (reader) => readPacked(reader, readBits),
};

function readPacked<T>(reader: PbfReader, readOne: (reader: PbfReader) => T): T[] {
  const end = reader.readVarint() + reader.pos;
  const values: T[] = [];
  while (reader.pos < end) values.push(readOne(reader));
  return values;
}

function readDouble(reader: PbfReader): number | bigint {
  const bits = readBits(reader);
  reader.pos -= 8;
  const value = reader.readDouble();
  return Number.isNaN(value) ? bits : value;
}

function readBits(reader: PbfReader): bigint {
  const bits = reader.dataView.getBigUint64(reader.pos, true);
  reader.pos += 8;
  return bits;
}
