import { ClassifiedError } from '../classify-error.ts';
import { malformedPacketError, PacketReader } from './packet-reader.ts';

/** Commands, by the format of their response: rows as text, rows in binary, a prepared statement. */
export type MysqlCommand = 'query' | 'execute' | 'prepare';

/** Expected next packet. */
type Due = 'head' | 'definition' | 'end of definitions' | 'row' | 'nothing';

const OK = 0x00;
const ERROR = 0xff;
const LOCAL_FILE = 0xfb;
const END = 0xfe;
/** Maximum length of an EOF packet; a longer packet with the same first byte is a row. */
const MAX_END_BYTES = 8;
/** Length of the fixed-length fields of a column definition, after its texts and their length byte. */
const FIXED_BYTES = 12;
const TEXTS_IN_DEFINITION = 6;
/** Offset of the column type in these fields, after character set and column length. */
const BYTES_BEFORE_TYPE = 6;
/** Status flag: another result follows. */
const MORE_RESULTS = 0x0008;
/** An error packet has at least a marker and a code. */
const MIN_ERROR_BYTES = 3;

/** Size of binary values in bytes, by column type. */
const BYTES_OF_TYPE: ReadonlyMap<number, number> = new Map([
  [1, 1], // tiny
  [2, 2], // short
  [3, 4], // long
  [4, 4], // float
  [5, 8], // double
  [6, 0], // null
  [8, 8], // longlong
  [9, 4], // int24
  [13, 2], // year
]);
/** Types with a one-byte length: timestamp, date, time, datetime, newdate. */
const TIMES: ReadonlySet<number> = new Set([7, 10, 11, 12, 14]);

/** Validates the response to a command, packet by packet. */
export class ResponseValidator {
  readonly #reader = new PacketReader();
  #command: MysqlCommand = 'query';
  #due: Due = 'nothing';
  /** Remaining definitions of this group, and of the next group. */
  #definitions = 0;
  #definitionsBehind = 0;
  /** Column types of the result. */
  #types: number[] = [];

  /** Starts the response to a new command. */
  begin(command: MysqlCommand): void {
    this.#command = command;
    this.#due = 'head';
  }

  /**
   * Validates the body of a whole packet.
   * @throws {ClassifiedError} when the packet is malformed or unexpected
   */
  accept(buffer: Buffer, start: number, end: number): void {
    const reader = this.#reader;
    reader.begin(buffer, start, end);
    const mark = buffer[start];
    if (this.#due === 'nothing') throw malformedPacketError('unexpected packet after the end of the response');
    if (mark === ERROR && (this.#due === 'head' || this.#due === 'row')) {
      if (reader.bytesLeft < MIN_ERROR_BYTES) throw malformedPacketError('an error packet without an error code');
      this.#due = 'nothing';
    } else if (this.#due === 'head') this.#readHead(mark);
    else if (mark === END && reader.bytesLeft <= MAX_END_BYTES && this.#mayEnd) this.#readEnd();
    else if (this.#due === 'definition') this.#readDefinition();
    else if (this.#due === 'row') this.#readRow();
    else throw malformedPacketError('missing end of the column definitions');
  }

  /** A row that spans several packets. Its content is not validated. */
  acceptLongRow(): void {
    if (this.#due !== 'row') throw malformedPacketError('a packet other than a row is too long');
  }

  /** A server may define fewer parameters than it announced. */
  get #mayEnd(): boolean {
    return this.#due !== 'definition' || this.#command === 'prepare';
  }

  #readHead(mark: number | undefined): void {
    const reader = this.#reader;
    if (mark === OK && this.#command === 'prepare') this.#readPrepared();
    else if (mark === OK) this.#readOk();
    else if (mark === LOCAL_FILE) {
      throw new ClassifiedError('driver', 'the server requests a local file (LOAD DATA LOCAL), which is not supported');
    } else {
      const columns = reader.number();
      reader.finish();
      if (columns === undefined || columns > 0xffff || this.#command === 'prepare')
        throw malformedPacketError('a response without a header');
      this.#expectDefinitions(columns, 0);
    }
  }

  /** Fields: statement id, columns, parameters, warnings. */
  #readPrepared(): void {
    const reader = this.#reader;
    reader.skip(5);
    const columns = reader.integer(2);
    const parameters = reader.integer(2);
    reader.skip(3);
    this.#expectDefinitions(parameters, columns);
  }

  /** Fields: affected rows, last insert id, status and warnings. */
  #readOk(): void {
    const reader = this.#reader;
    reader.skip(1);
    reader.number();
    reader.number();
    const status = reader.integer(2);
    reader.skip(2);
    // Servers encode the text that follows in two ways.
    if (reader.bytesLeft > 0 && reader.integer(1) === ERROR) throw malformedPacketError('a text without a length');
    this.#endResult(status);
  }

  #expectDefinitions(first: number, behind: number): void {
    this.#definitions = first === 0 ? behind : first;
    this.#definitionsBehind = first === 0 ? 0 : behind;
    this.#types = [];
    this.#due = this.#definitions === 0 ? 'nothing' : 'definition';
  }

  #readDefinition(): void {
    const reader = this.#reader;
    for (let text = 0; text < TEXTS_IN_DEFINITION; text++) reader.skipText();
    // MariaDB may send extended type information.
    if (reader.bytesLeft > FIXED_BYTES + 1) reader.skipText();
    if (reader.integer(1) !== FIXED_BYTES)
      throw malformedPacketError('a column definition does not have its announced length');
    reader.skip(BYTES_BEFORE_TYPE);
    this.#types.push(reader.integer(1));
    reader.skip(FIXED_BYTES - BYTES_BEFORE_TYPE - 1);
    reader.finish();
    if (--this.#definitions === 0) this.#due = 'end of definitions';
  }

  /** Fields: marker, warnings and status. */
  #readEnd(): void {
    const reader = this.#reader;
    reader.skip(3);
    const status = reader.integer(2);
    reader.finish();
    if (this.#due === 'row') this.#endResult(status);
    else if (this.#definitionsBehind > 0) this.#expectDefinitions(this.#definitionsBehind, 0);
    else this.#due = this.#command === 'prepare' ? 'nothing' : 'row';
  }

  #readRow(): void {
    const reader = this.#reader;
    if (this.#command === 'execute') this.#readBinaryRow();
    else for (let column = 0; column < this.#types.length; column++) reader.skipText();
    reader.finish();
  }

  /** Fields: a zero, a NULL bitmap whose first two bits are unused, and the values that are not NULL. */
  #readBinaryRow(): void {
    const reader = this.#reader;
    if (reader.integer(1) !== 0) throw malformedPacketError('a row does not begin with a zero');
    const nulls = Array.from({ length: (this.#types.length + 9) >> 3 }, () => reader.integer(1));
    for (const [column, type] of this.#types.entries()) {
      const isNull = (nulls[(column + 2) >> 3]! >> ((column + 2) & 7)) & 1;
      if (isNull === 1) continue;
      const bytes = BYTES_OF_TYPE.get(type);
      if (bytes !== undefined) reader.skip(bytes);
      else if (TIMES.has(type)) reader.skip(reader.integer(1));
      else reader.skipText();
    }
  }

  #endResult(status: number): void {
    this.#due = (status & MORE_RESULTS) === 0 ? 'nothing' : 'head';
  }
}
