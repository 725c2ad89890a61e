import { describe, expect, test } from 'vitest';
import { DirectReader } from '../../../../src/drivers/postgres/direct-reader.ts';
import { SendBuffer, StatementMessage } from '../../../../src/drivers/postgres/statement-message.ts';
import type { SqlStatement } from '../../../../src/drivers/sql/statement.ts';

const message = (type: string, body: string): Buffer => {
  const buffer = Buffer.from(`${type}\0\0\0\0${body}`);
  buffer.writeInt32BE(buffer.length - 1, 1);
  return buffer;
};
const [bound, ready] = [message('2', ''), message('Z', 'I')];
const rejection = message('E', 'SERROR\0C40001\0Mcould not serialize\0\0');
const fatal = message('E', 'SFATAL\0C57P01\0Mterminating connection\0\0');
const notice = message('N', 'SNOTICE\0C00000\0Mhello\0\0');

function reader(): { readonly reader: DirectReader; readonly ends: unknown[] } {
  const ends: unknown[] = [];
  const one = new DirectReader({
    directEnded: (tag) => ends.push(tag),
    directFailed: (error) => ends.push(error),
  });
  return { reader: one, ends };
}

describe('results of statements that bypass the library', () => {
  test('end with the command tag, and the library receives none of their messages', () => {
    const { reader: one, ends } = reader();
    one.begin(true);
    expect(
      one.accept(Buffer.concat([bound, message('D', '\0\x01\0\0\0\x01x'), message('C', 'SELECT 1\0')])),
    ).toBeUndefined();
    expect(ends).toEqual([]);
    expect(one.accept(ready)).toBeUndefined();
    expect(ends).toEqual(['SELECT 1']);
  });

  test('may arrive byte by byte', () => {
    const { reader: one, ends } = reader();
    one.begin(true);
    for (const byte of Buffer.concat([bound, message('C', 'UPDATE 0\0'), ready])) {
      expect(one.accept(Buffer.from([byte]))).toBeUndefined();
    }
    expect(ends).toEqual(['UPDATE 0']);
  });

  test('may arrive in pieces in a buffer that is reused', () => {
    const bytes = Buffer.concat([bound, message('C', 'UPDATE 0\0'), ready, notice]);
    for (let pieceLength = 1; pieceLength <= bytes.length; pieceLength++) {
      const { reader: one, ends } = reader();
      one.begin(true);
      const reused = Buffer.alloc(bytes.length);
      const passed: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += pieceLength) {
        reused.fill('x');
        const rest = one.acceptReused(reused, bytes.copy(reused, 0, at, at + pieceLength));
        if (rest !== undefined) passed.push(rest);
      }
      reused.fill('x');
      expect(Buffer.concat(passed)).toEqual(notice);
      expect(ends).toEqual(['UPDATE 0']);
    }
  });

  test('without a completed bind or command have no tag', () => {
    for (const messages of [[ready], [bound, ready], [message('C', 'SELECT 1\0'), ready]]) {
      const { reader: one, ends } = reader();
      one.begin(true);
      one.accept(Buffer.concat(messages));
      expect(ends).toEqual([undefined]);
    }
  });

  test('that are errors end when the server is ready again, with the fields of the error', () => {
    const { reader: one, ends } = reader();
    one.begin(true);
    one.accept(rejection);
    expect(ends).toEqual([]);
    one.accept(ready);
    expect(ends).toEqual([
      expect.objectContaining({ message: 'could not serialize', code: '40001', severity: 'ERROR' }),
    ]);
  });

  test('that are fatal errors end at once', () => {
    const { reader: one, ends } = reader();
    one.begin(false);
    one.accept(fatal);
    expect(ends).toEqual([expect.objectContaining({ code: '57P01', severity: 'FATAL' })]);
  });

  test('are followed by messages for the library', () => {
    const { reader: one, ends } = reader();
    one.begin(true);
    expect(one.accept(Buffer.concat([bound, message('C', 'COMMIT\0'), ready, notice]))).toEqual(notice);
    expect(ends).toEqual(['COMMIT']);
    expect(one.accept(fatal)).toEqual(fatal);
    expect(ends).toHaveLength(1);
  });

  test('are checked like all other messages', () => {
    const { reader: one } = reader();
    one.begin(true);
    expect(() => one.accept(message('Z', '?'))).toThrow('the server violated the PostgreSQL protocol');
  });
});

describe('messages of statements', () => {
  const statement: SqlStatement = {
    name: 'loadbot_1',
    text: 'SELECT $1',
    prepared: true,
    values: () => [],
    missable: false,
    creates: false,
    needs: undefined,
    control: undefined,
    next: undefined,
  };

  test('bind values as text, execute, and end with a sync', () => {
    const built = new StatementMessage(statement).build(['Ö', null, 7, true], new SendBuffer());
    const body = Buffer.concat([
      Buffer.from('\0loadbot_1\0\0\0\0\x04'),
      Buffer.from('\0\0\0\x02Ö'),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from('\0\0\0\x017\0\0\0\x04true\0\0'),
    ]);
    const bind = Buffer.concat([Buffer.from('B\0\0\0\0'), body]);
    bind.writeInt32BE(bind.length - 1, 1);
    expect(built).toEqual(Buffer.concat([bind, Buffer.from('E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04')]));
  });

  test('hold texts of any length and characters', () => {
    const into = new SendBuffer();
    for (const text of [
      '',
      'short',
      'a'.repeat(24),
      'ä'.repeat(24),
      'a'.repeat(25),
      '😀'.repeat(400),
      'ä'.repeat(9000),
    ]) {
      const built = new StatementMessage(statement).build([text, 'after'], into);
      const length = Buffer.alloc(4);
      length.writeInt32BE(Buffer.byteLength(text));
      const values = Buffer.concat([
        Buffer.from([0, 2]),
        length,
        Buffer.from(text),
        Buffer.from([0, 0, 0, 5]),
        Buffer.from('after'),
      ]);
      const start = built.indexOf(values);
      expect(start).toBe(Buffer.byteLength('B____\0loadbot_1\0\0\0'));
      expect(built.readInt32BE(1)).toBe(start + values.length + 1);
      expect(built.subarray(start + values.length)).toEqual(Buffer.from('\0\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04'));
    }
  });

  test('of statements that are not prepared are a simple query', () => {
    const built = new StatementMessage({ ...statement, text: 'COMMIT', prepared: false }).build([], new SendBuffer());
    expect(built).toEqual(message('Q', 'COMMIT\0'));
  });
});
