import type { SqlValue } from '../sql/column.ts';
import type { SqlStatement } from '../sql/statement.ts';

/** Length of a NULL. */
const NULL = -1;

/** Result formats of a bind (none: text), an execute of the unnamed portal without a limit of rows, and a sync. */
const AFTER_VALUES = Buffer.from([0, 0, 0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4]);
/** The same without the bytes that follow the bind. */
const RESULT_FORMAT_BYTES = 2;

/** Messages that execute a statement, with the parts that do not change between requests. */
export class StatementMessage {
  /** Type, length, portal, statement and parameter formats of a bind; or the whole message of an unprepared statement. */
  readonly #head: Buffer;
  readonly #isPrepared: boolean;

  constructor({ name, text, prepared }: SqlStatement) {
    this.#isPrepared = prepared;
    const body = prepared ? `B\0\0\0\0\0${name}\0\0\0` : `Q\0\0\0\0${text}\0`;
    this.#head = Buffer.from(body);
    this.#head.writeInt32BE(this.#head.length - 1, 1);
  }

  /** Builds the message of a request, to be sent in one write. */
  build(values: readonly SqlValue[]): Buffer {
    const head = this.#head;
    if (!this.#isPrepared) return head;
    const texts = values.map(toText);
    let size = head.length + 2 + AFTER_VALUES.length;
    for (const text of texts) size += 4 + (text === null ? 0 : Buffer.byteLength(text));
    const message = Buffer.allocUnsafe(size);
    head.copy(message);
    message.writeInt32BE(size - 1 - AFTER_VALUES.length + RESULT_FORMAT_BYTES, 1);
    let at = message.writeUInt16BE(texts.length, head.length);
    for (const text of texts) {
      const bytes = text === null ? NULL : message.write(text, at + 4);
      message.writeInt32BE(bytes, at);
      at += 4 + Math.max(bytes, 0);
    }
    AFTER_VALUES.copy(message, at);
    return message;
  }
}

/** Text format of a parameter; the server derives its type from the statement. */
export function toText(value: SqlValue): string | null {
  return value === null || typeof value === 'string' ? value : String(value);
}
