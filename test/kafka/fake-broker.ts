import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { encodeBatch } from '../../src/drivers/kafka/record-batch.ts';
import { WireWriter } from '../../src/drivers/kafka/wire.ts';

const PARTITIONS = 1000;
/** Numbers of requests in the protocol. */
const [FETCH, OFFSETS] = [1, 2];

/**
 * A Kafka broker in this process with one topic: even partitions have a record of `size` bytes, odd ones none. Its
 * advertised address is of no use.
 */
export class FakeBroker {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  readonly #size: number;
  /** Fetches so far. */
  served = 0;

  private constructor(size: number) {
    this.#size = size;
  }

  static async start(size: number): Promise<FakeBroker> {
    const fake = new FakeBroker(size);
    await once(fake.#server.listen(0, '127.0.0.1'), 'listening');
    return fake;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {}));
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
