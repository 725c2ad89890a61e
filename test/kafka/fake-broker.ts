import type { Socket } from 'node:net';
import { encodeBatch } from '../../src/drivers/kafka/record-batch.ts';
import { WireWriter } from '../../src/drivers/kafka/wire.ts';
import { LoopbackServer } from '../loopback-server.ts';

const PARTITIONS = 1000;
/** Numbers of requests in the protocol. */
const [FETCH, OFFSETS] = [1, 2];

/**
 * A Kafka broker in this process with one topic: even partitions have a record of `size` bytes, odd ones none. Its
 * advertised address is of no use.
 */
export class FakeBroker extends LoopbackServer {
  readonly #size: number;
  /** Fetches so far. */
  served = 0;

  private constructor(size: number) {
    super();
    this.#size = size;
  }

  static start(size: number): Promise<FakeBroker> {
    return new FakeBroker(size).listen();
  }

  protected override accept(socket: Socket): void {
    let held = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
        const end = 4 + held.readInt32BE(0);
        const frame = held.subarray(4, end);
        held = held.subarray(end);
        const body = this.#answer(frame.readInt16BE(0), frame);
        socket.write(
          new WireWriter().bytes(new WireWriter().int32(frame.readInt32BE(4)).raw(body).toBuffer()).toBuffer(),
        );
      }
    });
  }

  #answer(key: number, frame: Buffer): Buffer {
    if (key === FETCH) return this.#fetch(frame);
    if (key === OFFSETS)
      return new WireWriter().int32(1).string('t').int32(1).int32(0).int16(0).int64(0n).int64(0n).toBuffer();
    const writer = new WireWriter().int32(0).int32(1).int32(7).string('nowhere.invalid').int32(1).int16(-1).int16(-1);
    writer.int32(7).int32(1).int16(0).string('t').int8(0).int32(PARTITIONS);
    for (let partition = 0; partition < PARTITIONS; partition++)
      writer.int16(0).int32(partition).int32(7).int32(0).int32(0);
    return writer.toBuffer();
  }

  #fetch(frame: Buffer): Buffer {
    this.served++;
    // The partition is followed by its offset and its maximum size.
    const partition = frame.readInt32BE(frame.length - 16);
    const record = { key: undefined, value: Buffer.alloc(this.#size, 'x'), headers: [] };
    const records = partition % 2 === 0 ? encodeBatch([record], 0) : Buffer.alloc(0);
    const writer = new WireWriter().int32(0).int32(1).string('t').int32(1).int32(partition).int16(0);
    return writer.int64(1n).int64(1n).int32(0).bytes(records).toBuffer();
  }
}
