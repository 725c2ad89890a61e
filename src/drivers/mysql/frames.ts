import type { Duplex } from 'node:stream';
import type { Connection, ConnectionOptions } from 'mysql2';
import { type Address, RoutedSocket } from '../../shared/network/routed-socket.ts';
import { ClassifiedError } from '../classify-error.ts';
import { type FrameFormat, FrameReader, guardStream, watchWrites } from '../frame-guard.ts';
import { ResponseValidator, type MysqlCommand } from './response-validator.ts';
import { malformedPacketError } from './packet-reader.ts';

/** Length (3 bytes) and sequence number. */
const HEADER_BYTES = 4;
/** A packet of this length continues in the next packet. */
const CONTINUED = 0xff_ff_ff;
const ERROR = 0xff;
/** Marker and code of an error packet, before its text. A SQLSTATE of 6 characters may follow. */
const ERROR_HEAD_BYTES = 3;
const STATE_BYTES = 6;

/**
 * Validates the packets from a MySQL server. Sequence numbers must be consecutive: the client library only prints a
 * warning otherwise, and would assign the response of one request to another.
 */
export class MysqlFrames implements FrameFormat {
  readonly headerBytes = HEADER_BYTES;
  /** Expected sequence number of the next packet. */
  #next = 0;
  #isContinued = false;
  /** `undefined` until the first command, because no response is expected. */
  #answer: ResponseValidator | undefined;

  /**
   * @param bytes a whole packet from the client, the header of a long one, or a part of it; the server continues its
   * sequence number
   */
  packetSent(bytes: Uint8Array): void {
    const isHeader = bytes.length === HEADER_BYTES;
    const length = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
    if (isHeader || bytes.length === HEADER_BYTES + length) this.#next = (bytes[3]! + 1) % 256;
  }

  /** Announces a command, whose response is validated. */
  commandSent(command: MysqlCommand): void {
    this.#answer ??= new ResponseValidator();
    this.#answer.begin(command);
  }

  frameBytes(buffer: Buffer, start: number): number {
    const length = buffer.readUIntLE(start, 3);
    const number = buffer[start + 3]!;
    // A server that closes the connection unprompted restarts at 0.
    if (number !== this.#next && number !== 0)
      throw malformedPacketError(`packet number ${number} where ${this.#next} is expected`);
    if (length === 0 && !this.#isContinued) throw malformedPacketError('a packet is empty');
    return HEADER_BYTES + length;
  }

  check(buffer: Buffer, start: number, end: number): void {
    const number = buffer[start + 3]!;
    if (number === 0 && this.#next !== 0) throw unpromptedError(buffer, start, end);
    const wasContinued = this.#isContinued;
    this.#isContinued = buffer.readUIntLE(start, 3) === CONTINUED;
    this.#next = (number + 1) % 256;
    if (wasContinued || this.#isContinued) this.#answer?.acceptLongRow();
    else this.#answer?.accept(buffer, start + HEADER_BYTES, end);
  }
}

/** Error that a server sends unprompted, with sequence number 0, before it closes a connection. */
function unpromptedError(buffer: Buffer, start: number, end: number): ClassifiedError {
  const body = buffer.subarray(start + HEADER_BYTES, end);
  if (body[0] !== ERROR || body.length < ERROR_HEAD_BYTES) return malformedPacketError('unexpected packet number 0');
  const hasState = body[ERROR_HEAD_BYTES] === 0x23;
  const text = body.toString('utf8', ERROR_HEAD_BYTES + (hasState ? STATE_BYTES : 0));
  return new ClassifiedError('reset', `the server closed the connection: ${text}`);
}

/** Address, credentials and TLS settings of a server. */
export interface MysqlTarget {
  readonly createConnection: (options: ConnectionOptions) => Connection;
  readonly config: ConnectionOptions;
  readonly address: Address;
}

/** A connection of the client library over a socket whose packets are validated before the library reads them. */
export interface GuardedConnection {
  readonly connection: Connection;
  readonly wire: RoutedSocket;
  readonly frames: MysqlFrames;
}

/** TLS upgrade of the library, after the server has agreed to TLS: wraps `stream`. Missing in its types. */
interface TlsUpgrade {
  stream: Duplex;
  startTLS?(secured: (error?: Error) => void): void;
}

/** Starts to connect over a socket that is not connected yet. */
export function guardedConnection(
  { createConnection, config, address }: MysqlTarget,
  wire = new RoutedSocket(address),
): GuardedConnection {
  const frames = new MysqlFrames();
  const reader = new FrameReader(frames);
  const guard = (stream: Duplex): void => {
    guardStream(stream, reader);
    watchWrites(stream, (bytes) => frames.packetSent(bytes));
  };
  const connection = createConnection({ ...config, stream: wire });
  const upgrade = connection as unknown as TlsUpgrade;
  const startTls = upgrade.startTLS?.bind(connection);
  if (startTls !== undefined) {
    upgrade.startTLS = (secured) => {
      startTls(secured);
      guard(upgrade.stream);
    };
  }
  wire.connect();
  guard(wire);
  return { connection, wire, frames };
}
