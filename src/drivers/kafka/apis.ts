import type { ServerAddress } from '../server-list.ts';
import { KafkaError, requireNoError, UNKNOWN_TOPIC_OR_PARTITION } from './errors.ts';
import { type WireReader, WireWriter } from './wire.ts';

/** A request of the protocol, and how its response is read. All versions are those that brokers from 0.11 to 4 share. */
export interface KafkaApi<Response> {
  readonly key: number;
  readonly version: number;
  readonly body: Buffer;
  /** @throws {KafkaError} for an error code @throws {ClassifiedError} for invalid bytes */
  read(reader: WireReader): Response;
}

/** Leaders of the partitions of a topic. */
export interface TopicMetadata {
  /** In the order of their numbers; `undefined`: a partition without a leader. */
  readonly leaders: readonly (ServerAddress | undefined)[];
}

const TEXT_FALSE = 0;

/** Metadata of a topic. It is not created if it does not exist. */
export function metadata(topic: string): KafkaApi<TopicMetadata> {
  return {
    key: 3,
    version: 4,
    body: new WireWriter().int32(1).string(topic).int8(TEXT_FALSE).toBuffer(),
    read(reader) {
      reader.int32(); // throttle time
      const brokers = new Map<number, ServerAddress>();
      reader.list(() => {
        const id = reader.int32();
        brokers.set(id, { host: reader.string(), port: reader.int32() });
        reader.nullableString(); // rack
      });
      reader.nullableString(); // cluster
      reader.int32(); // controller
      const topics = reader.list(() => {
        const code = reader.int16();
        reader.string();
        reader.int8(); // internal
        const partitions = reader.list(() => {
          reader.int16(); // its error is in the leader
          const index = reader.int32();
          const leader = reader.int32();
          reader.list(() => reader.int32()); // replicas
          reader.list(() => reader.int32()); // in sync
          return { index, leader: brokers.get(leader) };
        });
        return { code, partitions };
      });
      const [found] = topics;
      if (found === undefined) throw new KafkaError(UNKNOWN_TOPIC_OR_PARTITION);
      requireNoError(found.code);
      return { leaders: found.partitions.toSorted((a, b) => a.index - b.index).map(({ leader }) => leader) };
    },
  };
}

/** Place of the first written record. */
export interface ProducedBatch {
  readonly baseOffset: bigint;
}

/** @param acks 0: the broker does not respond; -1: all replicas in sync */
export function produce(
  topic: string,
  partition: number,
  batch: Buffer,
  acks: number,
  timeoutMs: number,
): KafkaApi<ProducedBatch> {
  return {
    key: 0,
    version: 3,
    body: new WireWriter()
      .int16(-1) // no transaction
      .int16(acks)
      .int32(timeoutMs)
      .int32(1)
      .string(topic)
      .int32(1)
      .int32(partition)
      .bytes(batch)
      .toBuffer(),
    read(reader) {
      const [result] = reader
        .list(() => {
          reader.string();
          return reader.list(() => {
            reader.int32();
            const code = reader.int16();
            const baseOffset = reader.int64();
            reader.int64(); // append time
            return { code, baseOffset };
          });
        })
        .flat();
      if (result === undefined) throw new KafkaError(UNKNOWN_TOPIC_OR_PARTITION);
      requireNoError(result.code);
      return result;
    },
  };
}

/** Settings of a fetch. */
export interface FetchOptions {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Time that the broker waits for a record, in milliseconds. */
  readonly waitMs: number;
  /** Maximum size; a larger first batch is returned whole. */
  readonly maxBytes: number;
}

/** The batches from an offset on; only records that all replicas in sync have. */
export function fetchRecords({ topic, partition, offset, waitMs, maxBytes }: FetchOptions): KafkaApi<Buffer> {
  return {
    key: 1,
    version: 4,
    body: new WireWriter()
      .int32(-1) // not a replica
      .int32(waitMs)
      .int32(1)
      .int32(maxBytes)
      .int8(0) // uncommitted transactions are read
      .int32(1)
      .string(topic)
      .int32(1)
      .int32(partition)
      .int64(offset)
      .int32(maxBytes)
      .toBuffer(),
    read(reader) {
      reader.int32(); // throttle time
      const [result] = reader
        .list(() => {
          reader.string();
          return reader.list(() => {
            reader.int32();
            const code = reader.int16();
            reader.int64(); // high watermark
            reader.int64(); // last stable offset
            reader.list(() => [reader.int64(), reader.int64()]); // aborted transactions
            return { code, records: reader.bytes() };
          });
        })
        .flat();
      if (result === undefined) throw new KafkaError(UNKNOWN_TOPIC_OR_PARTITION);
      requireNoError(result.code);
      return result.records;
    },
  };
}

/** Special times of `offsetAt`. */
export const LATEST = -1n;
export const EARLIEST = -2n;

/** The first or the next offset of a partition. */
export function offsetAt(topic: string, partition: number, time: bigint): KafkaApi<bigint> {
  return {
    key: 2,
    version: 1,
    body: new WireWriter().int32(-1).int32(1).string(topic).int32(1).int32(partition).int64(time).toBuffer(),
    read(reader) {
      const [result] = reader
        .list(() => {
          reader.string();
          return reader.list(() => {
            reader.int32();
            const code = reader.int16();
            reader.int64(); // time
            return { code, offset: reader.int64() };
          });
        })
        .flat();
      if (result === undefined) throw new KafkaError(UNKNOWN_TOPIC_OR_PARTITION);
      requireNoError(result.code);
      return result.offset;
    },
  };
}

/** Selects the mechanism of authentication. */
export function saslHandshake(mechanism: string): KafkaApi<undefined> {
  return {
    key: 17,
    version: 1,
    body: new WireWriter().string(mechanism).toBuffer(),
    read(reader) {
      const code = reader.int16();
      const known = reader.list(() => reader.string());
      requireNoError(code, `the broker has ${known.join(', ') || 'none'}`);
      return undefined;
    },
  };
}

/** One step of authentication; the response is the broker's message. */
export function saslAuthenticate(message: Buffer): KafkaApi<Buffer> {
  return {
    key: 36,
    version: 0,
    body: new WireWriter().bytes(message).toBuffer(),
    read(reader) {
      const code = reader.int16();
      const text = reader.nullableString();
      requireNoError(code, text);
      return reader.bytes();
    },
  };
}
