import { expect, test } from 'vitest';
import { compileCapture } from '../../../src/checks/capture.ts';
import { ResponseView, UnreadableResponse } from '../../../src/checks/response-view.ts';
import type { ResponseContent } from '../../../src/drivers/driver.ts';
import type { CapturePick, CaptureSource } from '../../../src/plan/response-plan.ts';
import type { Json } from '../../../src/shared/json.ts';

function viewOf(text: string): ResponseView {
  const content: ResponseContent = {
    status: 200,
    header: () => undefined,
    cookie: () => undefined,
    text: () => text,
    bodyBytes: text.length,
    value: () => undefined,
    rowCount: undefined,
  };
  const view = new ResponseView();
  view.open(content, 1);
  return view;
}

const LINKS = viewOf('<a href="/1">one</a> <a href="/2">two</a> <a href="/3">three</a>');
const ITEMS = viewOf('{ "items": [{ "id": 7 }, { "id": 8 }, { "id": 9 }] }');
const LINK: CaptureSource = { kind: 'regex', pattern: 'href="([^"]+)"' };
const ID: CaptureSource = { kind: 'json', path: '$.items[*].id' };

function read(source: CaptureSource, pick: CapturePick, view: ResponseView, number = 0, key = 1): Json {
  return compileCapture({ name: 'value', source, pick, fallback: undefined, metric: undefined }, key).read(
    view,
    number,
  );
}

test.each<[CapturePick, Json, Json]>([
  ['first', '/1', 7],
  ['last', '/3', 9],
  ['all', ['/1', '/2', '/3'], [7, 8, 9]],
])('picks %s of several matches and nodes', (pick, link, id) => {
  expect(read(LINK, pick, LINKS)).toEqual(link);
  expect(read(ID, pick, ITEMS)).toEqual(id);
});

test('a random value follows from the number of the request, and each is about as frequent', () => {
  const draw = (key: number): Json[] =>
    Array.from({ length: 3000 }, (_, number) => read(ID, 'random', ITEMS, number, key));
  const drawn = draw(1);
  expect(draw(1)).toEqual(drawn);
  expect(draw(2)).not.toEqual(drawn);
  // Within five standard deviations.
  for (const id of [7, 8, 9]) expect(Math.abs(drawn.filter((value) => value === id).length - 1000)).toBeLessThan(130);
});

test.each<CapturePick>(['first', 'last', 'random', 'all'])('the value of `%s` is absent if nothing matches', (pick) => {
  expect(() => read({ kind: 'json', path: '$.nothing' }, pick, ITEMS)).toThrow(UnreadableResponse);
  const withDefault = compileCapture({ name: 'value', source: LINK, pick, fallback: 'none', metric: undefined }, 1);
  expect(withDefault.read(viewOf('no links'), 0)).toBe('none');
});
