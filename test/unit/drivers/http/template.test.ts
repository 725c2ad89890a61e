import { expect, test } from 'vitest';
import { compileJson, compileText, map } from '../../../../src/drivers/http/template.ts';
import { ticketMaterials } from '../../../contract/driver/http-options.ts';

const inPath = { collection: 'a b', key: (sequence: number) => `k/${sequence}`, escape: encodeURIComponent };
const inText = { ...inPath, escape: String };
const inJson = {
  ...inPath,
  key: (n: number) => `"${n}"`,
  escape: (value: string) => JSON.stringify(value).slice(1, -1),
};

test('a text without tags and keys is constant', () => {
  expect(compileText('/x?y={z}', ticketMaterials, inPath)).toBe('/x?y={z}');
  expect(compileText('/{collection}/x', ticketMaterials, inPath)).toBe('/a%20b/x');
  expect(compileJson({ a: [1, '{collection}'] }, ticketMaterials, inJson)).toBe('{"a":[1,"a b"]}');
});

test.each([
  ['/{collection}/{key}/{key}', '/a%20b/k%2F7/k%2F7'],
  ['/#n/{key}', '/7/k%2F7'],
  ['/#n/{collection}', '/7/a%20b'],
])('%s is filled in for each request', (template, expected) => {
  const part = compileText(template, ticketMaterials, inPath);
  expect(typeof part === 'function' && part(7)).toBe(expected);
});

test('values are escaped for where they stand', () => {
  const text = compileText('key={key}', ticketMaterials, inText);
  expect(typeof text === 'function' && text(7)).toBe('key=k/7');
  const json = compileJson({ key: '{key}', n: '#n' }, ticketMaterials, inJson);
  expect(JSON.parse(typeof json === 'function' ? json(7) : '')).toEqual({ key: '"7"', n: '7' });
});

test('a value is never taken for a pattern of replacement', () => {
  const part = compileText('{key}', ticketMaterials, { collection: "$'", key: () => '$&', escape: String });
  expect(typeof part === 'function' && part(0)).toBe('$&');
});

test('a change is made once to what is constant', () => {
  let changes = 0;
  const count = (text: string): string => `${text}${++changes}`;
  expect(map('a', count)).toBe('a1');
  const part = map((sequence) => `b${sequence}`, count);
  expect(typeof part === 'function' && part(5)).toBe('b52');
});
