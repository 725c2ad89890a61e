import type { SqlValue } from '../sql/column.ts';
import type { SqlStatement } from '../sql/statement.ts';
import { UNIT_BYTES, writeText } from '../text-bytes.ts';

/** Length of a NULL. */
const NULL = -1;
const SEND_BUFFER_BYTES = 4096;

/** Result formats of a bind (none: text), an execute of the unnamed portal without a limit of rows, and a sync. */
const AFTER_VALUES = Buffer.from([0, 0, 0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4]);
/** The same without the bytes that follow the bind. */
const RESULT_FORMAT_BYTES = 2;

/** Buffer in which the connections of a job build their messages, one after the other. */
export class SendBuffer {
  bytes = Buffer.allocUnsafeSlow(SEND_BUFFER_BYTES);

  /** Replaces the buffer: a socket has not sent its message yet. */
  renew(): void {
    this.bytes = Buffer.allocUnsafeSlow(SEND_BUFFER_BYTES);
  }
}

/** Messages that execute a statement, with the parts that do not change between requests. */
export class StatementMessage {
  /** Type, length, portal, statement and parameter formats of a bind; or the whole message of an unprepared statement. */
  readonly #head: Buffer;
  readonly isPrepared: boolean;

  constructor({ name, text, prepared }: SqlStatement) {
    this.isPrepared = prepared;
    const body = prepared ? `B\0\0\0\0\0${name}\0\0\0` : `Q\0\0\0\0${text}\0`;
    this.#head = Buffer.from(body);
    this.#head.writeInt32BE(this.#head.length - 1, 1);
  }

  /**
   * Builds the message of a request, to be sent in one write.
   * @param into buffer of short messages; the message is valid until the next one is built
   */
  build(values: readonly SqlValue[], into: SendBuffer): Buffer {
    const head = this.#head;
    if (!this.isPrepared) return head;
    const texts = values.map(toText);
    let most = head.length + 2 + AFTER_VALUES.length;
    for (const text of texts) most += 4 + (text === null ? 0 : text.length * UNIT_BYTES);
    const buffer = most <= SEND_BUFFER_BYTES ? into.bytes : Buffer.allocUnsafeSlow(most);
    buffer.set(head);
    let at = buffer.writeUInt16BE(texts.length, head.length);
    for (const text of texts) {
      const end = text === null ? at + 4 : writeText(buffer, text, at + 4);
      buffer.writeInt32BE(text === null ? NULL : end - at - 4, at);
      at = end;
    }
    buffer.set(AFTER_VALUES, at);
    buffer.writeInt32BE(at + RESULT_FORMAT_BYTES - 1, 1);
    return buffer.subarray(0, at + AFTER_VALUES.length);
  }
}

/** Text format of a parameter; the server derives its type from the statement. */
export function toText(value: SqlValue): string | null {
  return value === null || typeof value === 'string' ? value : String(value);
}
