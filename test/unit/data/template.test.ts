import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/target.ts';
import type { TagSource } from '../../../src/data/tag.ts';
import { compileFields, compileJson, compileText } from '../../../src/data/template.ts';

const source: TagSource = { key: 1, id: (n) => `id${n}`, now: () => '2024-05-06T07:08:09.123Z' };

function text(template: Json, number = 0): string {
  return compileText(template, source, '')(number);
}

function value(template: Json, number = 0): unknown {
  return JSON.parse(compileJson(template, source, '')(number));
}

const anyText = fc.string({ unit: 'binary', maxLength: 20 });

/** JSON whose strings hold no `#`. */
const plainJson = fc.jsonValue().filter((json) => !JSON.stringify(json).includes('#')) as fc.Arbitrary<Json>;

describe('tags in text', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['#id', 'id3'],
    ['/users/#id/posts', '/users/id3/posts'],
    ['#now', '2024-05-06T07:08:09.123Z'],
    ['##id', '#id'],
    ['###id', '#id3'],
    ['####', '##'],
    ['#', '#'],
    ['a # b', 'a # b'],
    ['#id#id', 'id3id3'],
  ])('%j is rendered as %j', (template, rendered) => {
    expect(text(template, 3)).toBe(rendered);
  });

  it.each(['#identity', '#id_2', '#id(3)', '#int', '#int(1)', '#int(1,x)', '#int(1,2', '#Int(1,2)', '#nope'])(
    '%s is no tag and stays as it is',
    (template) => {
      expect(text(template)).toBe(template);
    },
  );

  it('#int draws whole numbers from both bounds on, in either order, with spaces', () => {
    for (const template of ['#int(-2,2)', '#int(2,-2)', '#int( -2 , 2 )']) {
      const drawn = Array.from({ length: 200 }, (_, n) => Number(text(template, n)));
      expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    }
    expect(text('#int(5,5)')).toBe('5');
  });

  it('#string is 16 letters and digits, all of which occur', () => {
    const drawn = Array.from({ length: 500 }, (_, n) => text('#string', n));
    for (const one of drawn) expect(one).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(new Set(drawn.join('')).size).toBe(62);
    expect(new Set(drawn).size).toBe(500);
  });

  it('#uuid is a version 4 UUID', () => {
    const drawn = Array.from({ length: 500 }, (_, n) => text('#uuid', n));
    for (const one of drawn)
      expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(drawn).size).toBe(500);
    expect(new Set(drawn.map((one) => one[19]))).toEqual(new Set(['8', '9', 'a', 'b']));
  });

  it('draws independently for two tags of one text', () => {
    const pairs = Array.from({ length: 200 }, (_, n) => text('#int(1,9) #int(1,9)', n).split(' '));
    const equal = pairs.filter(([a, b]) => a === b).length;
    expect(equal).toBeGreaterThan(5); // 200 / 9 = 22 expected
    expect(equal).toBeLessThan(50);
  });

  it('renders a template that is no text as its JSON', () => {
    expect(text(42)).toBe('42');
    expect(text({ $gt: '#id' }, 3)).toBe('{"$gt":"id3"}');
  });
});

describe('tags in JSON', () => {
  it('a string that is one tag has the type of the tag, inside a longer string it is text', () => {
    const drawn = value({ age: '#int(7,7)', label: 'user-#int(7,7)', padded: ' #int(7,7)', id: '#id' }, 3);
    expect(drawn).toEqual({ age: 7, label: 'user-7', padded: ' 7', id: 'id3' });
  });

  it('reaches into arrays and objects, and never into names', () => {
    expect(value({ '#id': [['#id', 1], { deep: '#id' }] }, 3)).toEqual({ '#id': [['id3', 1], { deep: 'id3' }] });
  });

  it('draws differently at each place', () => {
    const [a, b] = value(['#string', '#string']) as string[];
    expect(a).not.toBe(b);
  });

  it('leaves JSON without tags as it is', () => {
    fc.assert(
      fc.property(plainJson, (json) => {
        expect(compileJson(json, source, '')(0)).toBe(JSON.stringify(json));
      }),
    );
  });

  it('escapes what is around a tag', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const quoted = (constant: string): string => constant.replaceAll('#', '##');
        expect(value(`${quoted(before)}#id ${quoted(after)}`, 3)).toBe(`${before}id3 ${after}`);
      }),
    );
  });

  it('renders fields without braces', () => {
    expect(compileFields({}, source, '')(0)).toBe('');
    expect(compileFields({ a: 1, b: '#id' }, source, '')(3)).toBe('"a":1,"b":"id3"');
  });
});
