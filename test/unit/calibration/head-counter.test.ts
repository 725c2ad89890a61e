import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeadCounter } from '../../../src/calibration/head-counter.ts';

const HEAD = 'GET /x HTTP/1.1\r\nhost: a\r\n\r\n';

test.each([
  ['one', HEAD, 1],
  ['several in one read', HEAD.repeat(3), 3],
  ['none yet', HEAD.slice(0, -1), 0],
  ['an empty one', '\r\n\r\n', 1],
  ['two ends and a half', '\r\n\r\n\r\n\r\n\r\n', 2],
])('%s', (_, text, heads) => {
  expect(new HeadCounter().count(Buffer.from(text))).toBe(heads);
});

test('counts each complete head once, however it is split', () => {
  const text = HEAD.repeat(5);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const counter = new HeadCounter();
      let heads = 0;
      for (const [index, place] of places.slice(1).entries()) {
        heads += counter.count(Buffer.from(text.slice(places[index], place)));
        expect(heads).toBe(Math.floor(place / HEAD.length));
      }
    }),
  );
});
