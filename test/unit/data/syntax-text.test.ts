import { describe, expect, test } from 'vitest';
import type { TextSyntax } from '../../../src/templates/request-data.ts';
import { feederOf } from './feeders.ts';
import { materials, renderer } from './data-builder.ts';

const column = [
  'rock & roll',
  'a"b\\c',
  '50%25',
  '</x>',
  'a+b=c/d?#1',
  'Müller 😀',
  'a\0b',
  '\ud83d',
  '42',
  'true',
  '',
];
const any = column.map((text, row) => (row === 0 ? null : row === 1 ? { a: [1] } : text));
const feeders = [feederOf('q', 'sequential', { text: column, any })];
const reader = await materials({ type: 'read', filter: { _id: '#q.text' } }, { feeders, collection: 'my docs' });
const made = (template: string, syntax?: TextSyntax): string[] =>
  column.map((_, row) => renderer(reader.text(template, syntax))(row));

describe('a request target', () => {
  test('contains percent-encoded values, and the text of the author unchanged', () => {
    expect(made('/a%20b/#q.text?x=/#q.text', 'target').slice(0, 3)).toEqual([
      '/a%20b/rock%20%26%20roll?x=/rock%20%26%20roll',
      '/a%20b/a%22b%5Cc?x=/a%22b%5Cc',
      '/a%20b/50%2525?x=/50%2525',
    ]);
    expect(made('/#q.text', 'target').slice(4, 8)).toEqual([
      '/a%2Bb%3Dc%2Fd%3F%231',
      '/M%C3%BCller%20%F0%9F%98%80',
      '/a%00b',
      '/%EF%BF%BD',
    ]);
    expect(reader.text('/a b/%20/ü?q="x"&r={1}|🙂+##', 'target')).toBe(
      '/a%20b/%20/%C3%BC?q="x"&r={1}|%F0%9F%99%82+%23',
    );
  });

  test('contains raw values except for characters that are not allowed in a target', () => {
    expect(made('/#raw(q.text)', 'target').slice(0, 5)).toEqual([
      '/rock%20&%20roll',
      '/a"b\\c',
      '/50%25',
      '/</x>',
      '/a+b=c/d?%231',
    ]);
  });

  test('has placeholders, encoded like values; the content of a value is not a placeholder', async () => {
    expect(made('/{collection}/{key}?{other}', 'target')[0]).toBe('/my%20docs/rock%20%26%20roll?{other}');
    expect(reader.text('/{collection}', 'target')).toBe('/my%20docs');
    const sly = [feederOf('q', 'sequential', { text: ['{key}'] })];
    const other = await materials({ type: 'read', filter: { _id: 'k' } }, { feeders: sly });
    expect(renderer(other.text('#raw(q.text) {key}', 'target'))(0)).toBe('{key}%20k');
    expect(renderer(other.text('#q.text {key}', 'header'))(0)).toBe('{key} k');
  });

  test('inserts tags without special characters unchanged', () => {
    const [id = ''] = made('/#id/#uuid/#int(1,9)/#string', 'target');
    expect(id).toMatch(/^\/[\w-]+\/[\w-]+\/\d\/\w+$/);
    expect(made('/#bytes(32)', 'target').join('')).not.toMatch(/[+=]/);
    expect(renderer(reader.text('/#float(2e21,2e21)'.replaceAll('2e21', `2${'0'.repeat(21)}`), 'target'))(0)).toBe(
      '/2e%2B21',
    );
  });
});

describe('bodies', () => {
  test('a form contains percent-encoded values, and placeholders as text', () => {
    const form = 'a={key}&#q.text=#q.text';
    expect([...new URLSearchParams(made(form, 'form')[0])]).toEqual([
      ['a', '{key}'],
      ['rock & roll', 'rock & roll'],
    ]);
    expect(made('a=1&#raw(q.text)', 'form')[0]).toBe('a=1&rock & roll');
  });

  test('a value within the quotes of JSON text becomes a part of the string', () => {
    for (const [row, text] of made('{ "a\\"": "<#q.text>", "b": [ "#q.any" ] }', 'json').entries()) {
      const any = [null, { a: [1] }, ...column.slice(2)][row];
      expect(JSON.parse(text)).toEqual({
        'a"': `<${column[row]}>`,
        b: [typeof any === 'string' ? any : JSON.stringify(any)],
      });
    }
  });

  test('a tag without quotes that is a whole value of JSON text becomes a value', () => {
    const texts = made('[#q.text, #q.any ,{"n":#int(5,5),"s":#word,"b":#bool}, #q.text]', 'json');
    for (const [row, text] of texts.entries()) {
      const plain = ['42', 'true'].includes(column[row]!) ? (JSON.parse(column[row]!) as unknown) : column[row];
      const any = [null, { a: [1] }, ...column.slice(2)][row];
      const object = { n: 5, s: expect.any(String) as string, b: expect.any(Boolean) as boolean };
      expect(JSON.parse(text)).toEqual([plain, any, object, plain]);
    }
  });

  test('a tag without quotes that is part of a value is inserted as it is', () => {
    expect(made('{"a": -#int(5,5), "b": 1#int(2,2).5}', 'json')[0]).toBe('{"a": -5, "b": 12.5}');
    expect(made('{"a": #raw(q.text)}', 'json')[8]).toBe('{"a": 42}');
  });

  test('XML holds values as entities', () => {
    expect(made('<x a="#q.text">#q.text</x>', 'xml').slice(1, 4)).toEqual([
      '<x a="a&quot;b\\c">a&quot;b\\c</x>',
      '<x a="50%25">50%25</x>',
      '<x a="&lt;/x&gt;">&lt;/x&gt;</x>',
    ]);
    expect(made('#raw(q.text)', 'xml')[3]).toBe('</x>');
  });

  test('any other text contains values unchanged', () => {
    expect(made('#q.text {key} ##')).toEqual(column.map((text) => `${text} {key} #`));
    expect(reader.text('{key} ##')).toBe('{key} #');
  });
});
