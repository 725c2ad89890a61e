import { gunzipSync } from 'node:zlib';
import { ClassifiedError } from '../classify-error.ts';
import { crc32c } from './hashes.ts';
import { malformed, WireReader, WireWriter } from './wire.ts';

/** A record to be written. */
export interface OutgoingRecord {
  /** `undefined`: null. */
  readonly key: Buffer | undefined;
  /** `undefined`: null, which deletes the key in a compacted topic. */
  readonly value: Buffer | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A record that was read. */
export interface KafkaRecord {
  readonly offset: bigint;
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const MAGIC = 2;
/** Bytes of a batch up to its length field, and with its header up to the number of its records. */
const PREFIX_BYTES = 12;
const HEADER_BYTES = 61;
const CODEC_MASK = 7;
const GZIP = 1;
/** Control batches mark the end of transactions. */
const CONTROL_BIT = 0x20;
const MOST_INFLATED_BYTES = 256 * 1024 * 1024;

/** Encodes records as one batch: https://kafka.apache.org/documentation/#recordbatch */
export function encodeBatch(records: readonly OutgoingRecord[], timestampMs: number): Buffer {
  const body = new WireWriter()
    .int16(0)
    .int32(records.length - 1)
    .int64(BigInt(timestampMs))
    .int64(BigInt(timestampMs))
    .int64(-1n)
    .int16(-1)
    .int32(-1)
    .int32(records.length);
  for (const [offset, record] of records.entries()) {
    const bytes = encodeRecord(record, offset);
    body.varint(bytes.length).raw(bytes);
  }
  const checked = body.toBuffer();
  const rest = new WireWriter().int32(-1).int8(MAGIC).uint32(crc32c(checked)).raw(checked).toBuffer();
  return new WireWriter().int64(0n).bytes(rest).toBuffer();
}

function encodeRecord({ key, value, headers }: OutgoingRecord, offset: number): Buffer {
  const record = new WireWriter().int8(0).varint(0).varint(offset);
  for (const part of [key, value]) record.varint(part?.length ?? -1).raw(part ?? Buffer.alloc(0));
  record.varint(headers.length);
  for (const pair of headers) {
    for (const text of pair) {
      const bytes = Buffer.from(text);
      record.varint(bytes.length).raw(bytes);
    }
  }
  return record.toBuffer();
}

/**
 * Decodes the batches of a fetch from an offset on. The last batch may be cut off, which is its end.
 * @throws {ClassifiedError} for a compression other than gzip, and for invalid bytes
 */
export function decodeBatches(bytes: Buffer, from: bigint): KafkaRecord[] {
  const records: KafkaRecord[] = [];
  let at = 0;
  while (bytes.length - at >= HEADER_BYTES) {
    const base = bytes.readBigInt64BE(at);
    const end = at + PREFIX_BYTES + bytes.readInt32BE(at + 8);
    if (end < at + HEADER_BYTES) throw malformed();
    if (end > bytes.length) break;
    records.push(...decodeBatch(bytes.subarray(at, end), base));
    at = end;
  }
  return records.filter(({ offset }) => offset >= from);
}

function decodeBatch(batch: Buffer, base: bigint): KafkaRecord[] {
  const magic = batch.readInt8(16);
  if (magic !== MAGIC) throw new ClassifiedError('driver', `records in the old format ${magic} are not supported`);
  const attributes = batch.readInt16BE(21);
  if ((attributes & CONTROL_BIT) !== 0) return [];
  const codec = attributes & CODEC_MASK;
  if (codec > GZIP) throw new ClassifiedError('driver', 'the records are compressed with a codec other than gzip');
  const body = batch.subarray(HEADER_BYTES);
  const reader = new WireReader(codec === GZIP ? gunzipSync(body, { maxOutputLength: MOST_INFLATED_BYTES }) : body);
  const count = batch.readInt32BE(HEADER_BYTES - 4);
  const records: KafkaRecord[] = [];
  for (let n = 0; n < count; n++) records.push(decodeRecord(new WireReader(reader.raw(reader.varint())), base));
  return records;
}

function decodeRecord(reader: WireReader, base: bigint): KafkaRecord {
  reader.int8();
  reader.varint();
  const offset = base + BigInt(reader.varint());
  const part = (): Buffer | undefined => {
    const length = reader.varint();
    return length < 0 ? undefined : reader.raw(length);
  };
  const [key, value] = [part(), part()];
  const headers: (readonly [string, string])[] = [];
  for (let count = reader.varint(); count > 0; count--) {
    headers.push([part()?.toString() ?? '', part()?.toString() ?? '']);
  }
  return { offset, key, value, headers };
}
