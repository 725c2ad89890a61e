import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventParser, LineParser, SseParser } from '../../../../src/drivers/http/event-parser.ts';

/** Events of a body that arrives in parts, which end at these positions. */
function count(parser: EventParser, body: string, ends: readonly number[] = []): number {
  const bytes = Buffer.from(body);
  const edges = [...ends.map((end) => end % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  parser.begin();
  let [from, events] = [0, 0];
  for (const to of edges) {
    events += parser.read(bytes, from, to);
    from = to;
  }
  return events + parser.end();
}

describe('Server-Sent Events', () => {
  test.each([
    ['data: a\n\n', 1],
    ['data: a\n\ndata: b\n\n', 2],
    ['data: a\r\n\r\ndata: b\r\rdata: c\n\n', 3],
    ['data: a\ndata: b\n\n', 1],
    ['event: delta\nid: 7\ndata: {"a":1}\n\n', 1],
    ['data\n\n', 1],
    ['data:\n\n', 1],
    [': keep-alive\n\n', 0],
    ['event: ping\n\n', 0],
    ['retry: 100\n\n: comment\ndata: x\n\n', 1],
    ['database: a\n\n', 0],
    ['dat: a\n\n', 0],
    ['data : a\n\n', 0],
    ['data: cut off\n', 0],
    ['data: cut off', 0],
    ['\n\n\n\ndata: a\n\n\n\n', 1],
    ['data: [DONE]\n\n', 1],
  ])('%j has %i', (body, events) => {
    expect(count(new SseParser(), body)).toBe(events);
  });

  test('the number does not depend on where the parts of the body end', () => {
    const line = fc.constantFrom('data: x', 'data', 'event: e', ': comment', 'database: y', '');
    const lines = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 30 });
    fc.assert(
      fc.property(lines, fc.array(fc.nat(500), { maxLength: 20 }), (given, ends) => {
        // A CR and the LF of the next line would be one end of a line.
        const body = given
          .map(([text, end]) => text + end)
          .join('')
          .replaceAll('\r\n', '\n')
          .replaceAll('\r', '\n');
        expect(count(new SseParser(), body.replaceAll('\n', '\r\n'), ends)).toBe(count(new SseParser(), body));
        const blocks = body.split('\n\n');
        expect(count(new SseParser(), body, ends)).toBe(blocksWithData(body));
        expect(blocks.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  test('a body starts anew after one that was cut off', () => {
    const parser = new SseParser();
    expect(count(parser, 'data: cut off\n')).toBe(0);
    expect(count(parser, '\n')).toBe(0);
    expect(count(parser, 'data: a\n\n')).toBe(1);
  });
});

/** The definition in another form: complete blocks of lines, ended by an empty line, with a line of data. */
function blocksWithData(body: string): number {
  let [events, hasData] = [0, false];
  for (const line of body.split('\n').slice(0, -1)) {
    if (line === '') {
      if (hasData) events++;
      hasData = false;
    } else if (line === 'data' || line.startsWith('data:')) hasData = true;
  }
  return events;
}

describe('lines', () => {
  test.each([
    ['{"a":1}\n{"a":2}\n', 2],
    ['{"a":1}\r\n{"a":2}', 2],
    ['\n \n{"a":1}\n\t\n', 1],
    ['', 0],
    ['\n', 0],
  ])('%j has %i', (body, events) => {
    for (const ends of [[], [1, 2, 3], [4, 9]]) expect(count(new LineParser(), body, ends)).toBe(events);
  });
});
