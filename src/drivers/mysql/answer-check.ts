import { ClassifiedError } from '../classify-error.ts';
import { brokenPacket, PacketReader } from './packet-reader.ts';

/** A command, by the form of its answer: rows as text, rows of a prepared statement, a statement that is prepared. */
export type MysqlCommand = 'query' | 'execute' | 'prepare';

/** What the next packet has to be. */
type Due = 'head' | 'definition' | 'end of definitions' | 'row' | 'nothing';

const OK = 0x00;
const ERROR = 0xff;
const LOCAL_FILE = 0xfb;
const END = 0xfe;
/** The longest packet that is an end and not a row that begins like one. */
const MAX_END_BYTES = 8;
/** Of a definition: behind its texts, the length of what follows, and that. */
const FIXED_BYTES = 12;
const TEXTS_IN_DEFINITION = 6;
/** Of that: character set and length of the column come before its type. */
const BYTES_BEFORE_TYPE = 6;
/** Status: another result follows. */
const MORE_RESULTS = 0x0008;
/** An error is a mark, a code and at least the beginning of a state. */
const MIN_ERROR_BYTES = 3;

/** Bytes of a value in a row of a prepared statement, by the type of its column. */
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
/** Types whose length is one byte: timestamp, date, time, datetime, newdate. */
const TIMES: ReadonlySet<number> = new Set([7, 10, 11, 12, 14]);

/** Follows the answer to a command, packet by packet, and checks the form of each. */
export class AnswerCheck {
  readonly #reader = new PacketReader();
  #command: MysqlCommand = 'query';
  #due: Due = 'nothing';
  /** Definitions that are still to come in this group, and those of the group behind it. */
  #definitions = 0;
  #definitionsBehind = 0;
  /** Types of the result's columns. */
  #types: number[] = [];

  /** A command has been sent; its answer comes next. */
  begin(command: MysqlCommand): void {
    this.#command = command;
    this.#due = 'head';
  }

  /**
   * Takes the body of a whole packet.
   * @throws {ClassifiedError} when it does not have the form that it should have
   */
  accept(buffer: Buffer, start: number, end: number): void {
    const reader = this.#reader;
    reader.begin(buffer, start, end);
    const mark = buffer[start];
    if (this.#due === 'nothing') throw brokenPacket('an answer goes on behind its end');
    if (mark === ERROR && (this.#due === 'head' || this.#due === 'row')) {
      if (reader.bytesLeft < MIN_ERROR_BYTES) throw brokenPacket('an error has no code');
      this.#due = 'nothing';
    } else if (this.#due === 'head') this.#readHead(mark);
    else if (mark === END && reader.bytesLeft <= MAX_END_BYTES && this.#mayEnd) this.#readEnd();
    else if (this.#due === 'definition') this.#readDefinition();
    else if (this.#due === 'row') this.#readRow();
    else throw brokenPacket('the definitions of columns have no end');
  }

  /** A row that has the length of several packets; its form is not checked. */
  acceptLongRow(): void {
    if (this.#due !== 'row') throw brokenPacket('a packet that is no row is too long');
  }

  /** A server may announce more parameters than it goes on to define. */
  get #mayEnd(): boolean {
    return this.#due !== 'definition' || this.#command === 'prepare';
  }

  #readHead(mark: number | undefined): void {
    const reader = this.#reader;
    if (mark === OK && this.#command === 'prepare') this.#readPrepared();
    else if (mark === OK) this.#readOk();
    else if (mark === LOCAL_FILE) {
      throw new ClassifiedError('driver', 'the server asks for a local file, which a request cannot send');
    } else {
      const columns = reader.number();
      reader.finish();
      if (columns === undefined || columns > 0xffff || this.#command === 'prepare')
        throw brokenPacket('an answer has no head');
      this.#expectDefinitions(columns, 0);
    }
  }

  /** Identifier, columns, parameters, warnings. */
  #readPrepared(): void {
    const reader = this.#reader;
    reader.skip(5);
    const columns = reader.integer(2);
    const parameters = reader.integer(2);
    reader.skip(3);
    this.#expectDefinitions(parameters, columns);
  }

  /** Rows that changed, the last number that was given to one, status and warnings. */
  #readOk(): void {
    const reader = this.#reader;
    reader.skip(1);
    reader.number();
    reader.number();
    const status = reader.integer(2);
    reader.skip(2);
    // A text follows, which servers write in two ways.
    if (reader.bytesLeft > 0 && reader.integer(1) === ERROR) throw brokenPacket('a text has no length');
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
    // MariaDB may say more of the type.
    if (reader.bytesLeft > FIXED_BYTES + 1) reader.skipText();
    if (reader.integer(1) !== FIXED_BYTES)
      throw brokenPacket('the definition of a column has another length than it says');
    reader.skip(BYTES_BEFORE_TYPE);
    this.#types.push(reader.integer(1));
    reader.skip(FIXED_BYTES - BYTES_BEFORE_TYPE - 1);
    reader.finish();
    if (--this.#definitions === 0) this.#due = 'end of definitions';
  }

  /** A mark, warnings and status. */
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

  /** A zero, a bit for each column that is NULL, the first two unused, and the values of the others. */
  #readBinaryRow(): void {
    const reader = this.#reader;
    if (reader.integer(1) !== 0) throw brokenPacket('a row does not begin with a zero');
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
