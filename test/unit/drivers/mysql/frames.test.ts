import { describe, expect, test } from 'vitest';
import { FrameReader } from '../../../../src/drivers/frame-guard.ts';
import type { MysqlCommand } from '../../../../src/drivers/mysql/response-validator.ts';
import { MysqlFrames } from '../../../../src/drivers/mysql/frames.ts';

const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
const DEFINITION = [...text('def'), ...text('s'), ...text('t'), ...text('t'), ...text('a'), ...text('a')];
/** The definition of a column of a type. */
const column = (type: number): number[] => [...DEFINITION, 12, 63, 0, 11, 0, 0, 0, type, 0, 0, 0, 0, 0];
const END = [0xfe, 0, 0, 2, 0];
const OK = [0, 1, 0, 2, 0, 0, 0];
const ERROR = [0xff, 0x48, 0x04, 0x23, ...Buffer.from('HY000no')];
const LONG = 3;
const VARCHAR = 253;

function packets(bodies: readonly (readonly number[])[], first = 1): Buffer {
  return Buffer.concat(
    bodies.map((body, index) => Buffer.from([body.length & 255, body.length >> 8, 0, (first + index) % 256, ...body])),
  );
}

function readerAfter(command: MysqlCommand): FrameReader {
  const frames = new MysqlFrames();
  frames.commandSent(command);
  frames.packetSent(packets([[3]], 0));
  return new FrameReader(frames);
}

describe('passes on a response in the form of its command', () => {
  test.each<[string, MysqlCommand, number[][]]>([
    ['rows that changed', 'query', [OK]],
    ['rows that changed, and a text', 'query', [[...OK, ...text('Rows matched: 1')]]],
    ['a refusal', 'execute', [ERROR]],
    [
      'rows as text',
      'query',
      [[2], column(LONG), column(VARCHAR), END, [...text('7'), 0xfb], [...text('8'), ...text('x')], END],
    ],
    ['a refusal behind a row', 'query', [[1], column(LONG), END, text('7'), ERROR]],
    [
      'rows of a prepared statement',
      'execute',
      [[2], column(LONG), column(VARCHAR), END, [0, 0, 7, 0, 0, 0, ...text('x')], [0, 0x0c], END],
    ],
    ['two results', 'query', [[1], column(LONG), END, [0xfe, 0, 0, 8, 0], OK]],
    [
      'a prepared statement',
      'prepare',
      [[0, 1, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0], column(LONG), column(LONG), END, column(LONG), END],
    ],
    ['fewer parameters than announced', 'prepare', [[0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0], column(LONG), END]],
  ])('%s', (_, command, bodies) => {
    const bytes = packets(bodies);
    expect(readerAfter(command).accept(bytes)).toEqual(bytes);
  });

  test('sequence numbers wrap after 255', () => {
    const rows = Array.from({ length: 300 }, () => text('7'));
    const bytes = packets([[1], column(LONG), END, ...rows, END]);
    expect(readerAfter('query').accept(bytes)).toEqual(bytes);
  });
});

test.each<[string, MysqlCommand, Buffer, RegExp]>([
  ['a number out of turn', 'query', packets([OK], 3), /number 3 where 1 is expected/],
  ['an empty packet', 'query', packets([[]]), /is empty/],
  ['what follows the end of an answer', 'query', packets([OK, OK]), /after the end of the response/],
  ['a value beyond the end of its row', 'query', packets([[1], column(LONG), END, [9, 1]]), /ends too early/],
  [
    'a length with the invalid marker 255',
    'query',
    packets([[1], [255, ...column(LONG)]]),
    /a length with the invalid marker 255/,
  ],
  ['bytes behind the last value', 'query', packets([[1], column(LONG), END, [...text('7'), 0]]), /1 bytes too many/],
  ['a binary row that ends too early', 'execute', packets([[1], column(LONG), END, [0, 0, 7]]), /ends too early/],
  [
    'definitions without an end',
    'query',
    packets([[1], column(LONG), column(LONG)]),
    /missing end of the column definitions/,
  ],
  ['a statement that was not asked for', 'prepare', packets([[1]]), /a response without a header/],
  ['a wish for a local file', 'query', packets([[0xfb, ...Buffer.from('/etc/passwd')]]), /requests a local file/],
])('%s is refused', (_, command, bytes, fault) => {
  expect(() => readerAfter(command).accept(bytes)).toThrow(fault);
});

test('an unsolicited error closes the connection', () => {
  const reader = readerAfter('query');
  reader.accept(packets([OK]));
  expect(() => reader.accept(packets([ERROR], 0))).toThrow(
    expect.objectContaining({ errorClass: 'reset', message: 'the server closed the connection: no' }),
  );
});
