import { ClassifiedError } from '../classify-error.ts';

/** First bytes of a number: up to 250 it is the number itself. */
const NULL = 0xfb;
const BYTES_OF_MARK: ReadonlyMap<number, number> = new Map([
  [0xfc, 2],
  [0xfd, 3],
  [0xfe, 8],
]);

/** Reads a packet of MySQL's protocol, and never beyond its end. */
export class PacketReader {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Reads from here on. */
  begin(buffer: Buffer, start: number, end: number): void {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  get bytesLeft(): number {
    return this.#end - this.#at;
  }

  /** @throws {ClassifiedError} when the packet ends before */
  skip(bytes: number): void {
    if (bytes > this.#end - this.#at) throw brokenPacket('a packet ends too early');
    this.#at += bytes;
  }

  /** An unsigned number of so many bytes, at most 6. */
  integer(bytes: number): number {
    this.skip(bytes);
    return this.#buffer.readUIntLE(this.#at - bytes, bytes);
  }

  /** A number whose length is in its first byte; `undefined`: NULL. */
  number(): number | undefined {
    const mark = this.integer(1);
    if (mark < NULL) return mark;
    if (mark === NULL) return undefined;
    const bytes = BYTES_OF_MARK.get(mark);
    if (bytes === undefined) throw brokenPacket(`a length begins with ${mark}`);
    return bytes === 8 ? this.integer(4) + this.integer(4) * 2 ** 32 : this.integer(bytes);
  }

  /** Skips a text with its length before it, or a NULL. */
  skipText(): void {
    const length = this.number();
    if (length !== undefined) this.skip(length);
  }

  /** @throws {ClassifiedError} when bytes are left over */
  finish(): void {
    if (this.#at !== this.#end) throw brokenPacket(`a packet has ${this.#end - this.#at} bytes too many`);
  }
}

/** The error of a packet that is not one of the protocol. */
export function brokenPacket(fault: string): ClassifiedError {
  return new ClassifiedError('protocol', `the server broke MySQL's protocol: ${fault}`);
}
