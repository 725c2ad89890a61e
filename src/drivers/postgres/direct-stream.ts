import type { Duplex } from 'node:stream';
import { type Address, RoutedSocket } from '../../shared/network/routed-socket.ts';
import { guardRead, guardStream } from '../frame-guard.ts';
import type { ByteCounters } from '../wire-meter.ts';
import type { SqlValue } from '../sql/column.ts';
import type { DirectReader } from './direct-reader.ts';
import type { SendBuffer, StatementMessage } from './statement-message.ts';

interface DirectStreamOptions {
  readonly address: Address;
  /** Whether the client library adds TLS to the socket. */
  readonly tls: boolean;
  /** Buffer that all plain sockets of a job read into: each read is processed before the next one begins. */
  readonly readBuffer: Buffer;
  /** Buffer in which the messages of all connections of a job are built. */
  readonly sendBuffer: SendBuffer;
}

/**
 * The stream of a connection, which the client library and the statements sent past it share. A plain socket reads
 * into a shared buffer, and its bytes are counted here, because reading the socket's counters is slower.
 */
export class DirectStream implements ByteCounters {
  /** The lowest socket. */
  readonly wire: RoutedSocket;
  readonly #reader: DirectReader;
  readonly #sendBuffer: SendBuffer;
  #stream: Duplex;
  readonly #isPlain: boolean;
  #read = 0;
  #written = 0;
  /** Whether the library may have written since `#written` was set. */
  #isShared = true;

  constructor({ address, tls, readBuffer, sendBuffer }: DirectStreamOptions, reader: DirectReader) {
    const callback = (length: number): boolean => {
      this.#read += length;
      guardRead(this.wire, reader, readBuffer, length);
      return true;
    };
    this.wire = new RoutedSocket(address, tls ? undefined : { buffer: readBuffer, callback });
    this.#reader = reader;
    this.#sendBuffer = sendBuffer;
    this.#stream = this.wire;
    this.#isPlain = !tls;
  }

  get bytesRead(): number {
    return this.#isPlain ? this.#read : this.wire.bytesRead;
  }

  get bytesWritten(): number {
    return this.#isShared ? this.wire.bytesWritten : this.#written;
  }

  /** Continues with the stream over TLS that the library has created. */
  secure(stream: Duplex): void {
    guardStream(stream, this.#reader);
    this.#stream = stream;
  }

  /** To be called before the library writes. */
  share(): void {
    this.#isShared = true;
  }

  /** Sends a statement past the library. */
  send(message: StatementMessage, values: readonly SqlValue[]): void {
    if (this.#isShared && this.#isPlain) {
      this.#written = this.wire.bytesWritten;
      this.#isShared = false;
    }
    const stream = this.#stream;
    const bytes = message.build(values, this.#sendBuffer);
    this.#written += bytes.length;
    this.#reader.begin(message.isPrepared);
    stream.write(bytes);
    // Usually the kernel has taken the bytes; otherwise the socket keeps the buffer until it has.
    if (stream.writableLength > 0) this.#sendBuffer.renew();
  }
}
