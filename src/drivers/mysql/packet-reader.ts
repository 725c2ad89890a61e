import { ClassifiedError } from '../classify-error.ts';

/** First byte of a length-encoded integer: up to 250 it is the value. */
const NULL = 0xfb;
const BYTES_OF_MARK: ReadonlyMap<number, number> = new Map([
  [0xfc, 2],
  [0xfd, 3],
  [0xfe, 8],
]);

/** Reader of one packet of the MySQL protocol, with bounds checks. */
export class PacketReader {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Sets the packet to read. */
  begin(buffer: Buffer, start: number, end: number): void {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  get bytesLeft(): number {
    return this.#end - this.#at;
  }

  /** @throws {ClassifiedError} when the packet is too short */
  skip(bytes: number): void {
    if (bytes > this.#end - this.#at) throw malformedPacketError('a packet ends too early');
    this.#at += bytes;
  }

  /** Reads an unsigned integer of so many bytes, at most 6. */
  integer(bytes: number): number {
    this.skip(bytes);
    return this.#buffer.readUIntLE(this.#at - bytes, bytes);
  }

  /** Reads a length-encoded integer; `undefined`: NULL. */
  number(): number | undefined {
    const mark = this.integer(1);
    if (mark < NULL) return mark;
    if (mark === NULL) return undefined;
    const bytes = BYTES_OF_MARK.get(mark);
    if (bytes === undefined) throw malformedPacketError(`a length with the invalid marker ${mark}`);
    return bytes === 8 ? this.integer(4) + this.integer(4) * 2 ** 32 : this.integer(bytes);
  }

  /** Skips a length-encoded text or a NULL. */
  skipText(): void {
    const length = this.number();
    if (length !== undefined) this.skip(length);
  }

  /** @throws {ClassifiedError} when bytes remain */
  finish(): void {
    if (this.#at !== this.#end) throw malformedPacketError(`a packet has ${this.#end - this.#at} bytes too many`);
  }
}

/** Error of a malformed packet. */
export function malformedPacketError(fault: string): ClassifiedError {
  return new ClassifiedError('protocol', `the server violated the MySQL protocol: ${fault}`);
}
