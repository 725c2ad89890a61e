import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/shared/json.ts';
import { compileFields, compileJson, compileStatement, compileText, compileValue } from '../../../src/data/template.ts';
import { source } from './data-builder.ts';

function text(template: Json, number = 0): string {
  return compileText(template, source, '')(number);
}

/** The value parsed from its JSON text, which must equal the generated value. */
function value(template: Json, number = 0): unknown {
  const made = compileValue(template, source, '')(number);
  expect(JSON.parse(compileJson(template, source, '')(number))).toEqual(made);
  return made;
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
    '%s is not a tag and stays unchanged',
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

  it('renders a template that is not text as its JSON', () => {
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

  it('does not change JSON without tags', () => {
    fc.assert(
      fc.property(plainJson, (json) => {
        expect(compileJson(json, source, '')(0)).toBe(JSON.stringify(json));
      }),
    );
  });

  it('escapes text around a tag', () => {
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

describe('values', () => {
  it('equal their JSON text, for any template', () => {
    const tags = fc.constantFrom(
      '#id',
      '#int(1,9)',
      'a#float(0,1,3)b',
      '#bool',
      '#pick(1,2)',
      '#pick("é",b)',
      '#text(9)',
    );
    const templates = fc.object({ values: [tags, fc.integer(), fc.constant(null), anyText], maxDepth: 3 });
    fc.assert(
      fc.property(templates, fc.nat(), (template, number) => {
        const json = compileJson(template as Json, source, '')(number);
        expect(JSON.parse(json)).toEqual(compileValue(template as Json, source, '')(number));
      }),
    );
  });

  it('are new objects each time, except for constant parts', () => {
    const make = compileValue({ a: '#id', b: { c: 1 } }, source, '');
    const [first, second] = [make(1), make(1)] as { b: unknown }[];
    expect(first).not.toBe(second);
    expect(first).toEqual(second);
    expect(first?.b).toBe(second?.b);
  });

  it('keep a field of any name', () => {
    const template = JSON.parse('{ "__proto__": "#id", "constructor": "#id" }') as Json;
    expect(JSON.stringify(compileValue(template, source, '')(3))).toBe('{"__proto__":"id3","constructor":"id3"}');
  });
});

describe('statements', () => {
  it.each([
    ['SELECT 1', ['SELECT 1'], []],
    ['SELECT a FROM t WHERE id = #id AND n = #int(7,7)', ['SELECT a FROM t WHERE id = ', ' AND n = ', ''], ['id3', 7]],
    ['#id#bool', ['', '', ''], ['id3', expect.any(Boolean)]],
    ["SELECT '##id', a #> b", ["SELECT '#id', a #> b"], []],
  ])('%j', (template, texts, values) => {
    const statement = compileStatement(template, source, '');
    expect(statement.texts).toEqual(texts);
    expect(statement.values(3)).toEqual(values);
  });
});
