import { describe, expect, it } from 'vitest';
import { TAGS } from '../../../src/templates/tags.ts';
import { compileJson, compileText, compileValue } from '../../../src/data/template.ts';
import { asText, firstOf, source, vocabulary } from '../data/data-builder.ts';

function texts(template: string, count = 500): string[] {
  return firstOf(count, compileText(template, source, ''));
}

function values(template: string, count = 500): unknown[] {
  return firstOf(count, compileValue(template, source, ''));
}

describe('numbers', () => {
  it('#float lies between its bounds, with the given number of decimals', () => {
    for (const drawn of values('#float(1.5,-2)') as number[]) {
      expect(drawn).toBeGreaterThanOrEqual(-2);
      expect(drawn).toBeLessThan(1.5);
    }
    const rounded = values('#float(0,1,2)', 5000) as number[];
    for (const drawn of rounded) expect(Number(drawn.toFixed(2))).toBe(drawn);
    expect(new Set(rounded).size).toBe(101);
    expect(new Set(values('#float(-0.4,0.4,0)')).has(0)).toBe(true);
    expect(texts('#float(-0.4,0.4,0)')).not.toContain('-0');
    expect(values('#float(3,4,0)', 1)[0]).toBeTypeOf('number');
  });

  it('#zipfian, #normal and #exponential are whole numbers between their bounds, in any order', () => {
    for (const tag of ['#zipfian(3,9)', '#normal(9,3)', '#exponential(3,9)']) {
      expect(new Set(values(tag, 5000))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
    }
    const share = (tag: string, value: number): number =>
      values(tag, 5000).filter((one) => one === value).length / 5000;
    // By theory 0.39, 0.34 and 0.52, with standard deviations of 0.007.
    expect(share('#zipfian(3,9)', 3)).toBeCloseTo(0.385, 1);
    expect(share('#normal(3,9)', 6)).toBeCloseTo(0.334, 1);
    expect(share('#exponential(3,9)', 3)).toBeCloseTo(0.514, 1);
    expect(texts('n#zipfian(-2,-2)', 1)).toEqual(['n-2']);
  });

  it('#bool is true or false with equal probability', () => {
    const drawn = values('#bool', 10_000);
    // 5000 expected, a standard deviation of 50.
    expect(Math.abs(drawn.filter((one) => one === true).length - 5000)).toBeLessThan(250);
    expect(new Set(drawn)).toEqual(new Set([true, false]));
  });

  it('#sequence counts from 1 or from its argument', () => {
    expect(values('#sequence', 3)).toEqual([1, 2, 3]);
    expect(values('#sequence(1000)', 3)).toEqual([1000, 1001, 1002]);
    expect(texts('n#sequence(0)', 2)).toEqual(['n0', 'n1']);
  });
});

describe('choices', () => {
  it('#pick draws each choice evenly', () => {
    const drawn = values('#pick( red ,green, dark blue)', 9000);
    // 3000 expected, a standard deviation of 45.
    for (const choice of ['red', 'green', 'dark blue']) {
      expect(Math.abs(drawn.filter((one) => one === choice).length - 3000)).toBeLessThan(225);
    }
  });

  it('#pick gives numbers if all choices are', () => {
    expect(new Set(values('#pick(1,2.5,-3)'))).toEqual(new Set([1, 2.5, -3]));
    expect(new Set(values('#pick(1,2b)'))).toEqual(new Set(['1', '2b']));
    expect(new Set(values('#pick(01,2)'))).toEqual(new Set(['01', '2']));
  });

  it('#pick is escaped in JSON', () => {
    expect(JSON.parse(compileJson('#pick("\\)', source, '')(0))).toBe('"\\');
    expect(JSON.parse(compileJson('a #pick("\\)', source, '')(0))).toBe('a "\\');
  });
});

describe('texts', () => {
  it.each([1, 2, 4, 5, 16, 23, 1000])('#string(%i) and #password have that number of letters and digits', (length) => {
    for (const name of ['string', 'password']) {
      for (const drawn of texts(`#${name}(${length})`, 20)) {
        expect(drawn).toMatch(/^[A-Za-z0-9]+$/);
        expect(drawn).toHaveLength(length);
      }
    }
  });

  it.each([1, 10, 60, 5000, 100_000])('#text(%i) has that number of characters, made of words', (length) => {
    for (const drawn of texts(`#text(${length})`, 20)) {
      expect(drawn).toHaveLength(length);
      expect(drawn).toMatch(/^[A-Za-z][A-Za-z .'-]*$/);
      expect(drawn.endsWith(' ')).toBe(false);
    }
    expect(new Set(texts('#text(60)')).size).toBeGreaterThan(485);
  });

  it.each([1, 2, 3, 4, 30, 31, 32, 70_000])('#bytes(%i) is base64 of that number of bytes', (count) => {
    for (const drawn of texts(`#bytes(${count})`, 10)) {
      const decoded = Buffer.from(drawn, 'base64');
      expect(decoded).toHaveLength(count);
      expect(decoded.toString('base64')).toBe(drawn);
    }
  });

  it('#bytes draws all values of a byte evenly', () => {
    const counts = Array.from({ length: 256 }, () => 0);
    for (const drawn of texts('#bytes(32)', 2000)) for (const byte of Buffer.from(drawn, 'base64')) counts[byte]!++; // of 256
    // 250 expected, a standard deviation of 16.
    expect(Math.min(...counts)).toBeGreaterThan(150);
    expect(Math.max(...counts)).toBeLessThan(350);
  });
});

describe('dates', () => {
  it('#date is a day from 2000 to 2024', () => {
    const drawn = texts('#date').toSorted();
    for (const day of drawn) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
    expect(drawn[0]?.slice(0, 3)).toBe('200');
    expect(drawn.at(-1)?.slice(0, 3)).toBe('202');
  });

  it('#date(from,to) includes both days, in either order', () => {
    for (const template of ['#date(2024-02-28,2024-03-01)', '#date(2024-03-01, 2024-02-28)']) {
      expect(new Set(texts(template))).toEqual(new Set(['2024-02-28', '2024-02-29', '2024-03-01']));
    }
    expect(texts('#date(0001-01-01,9999-12-31)', 5).every((day) => /^\d{4}-\d\d-\d\d$/.test(day))).toBe(true);
  });

  it('#date between moments is a moment', () => {
    for (const drawn of texts('#date(2024-05-06T07:00:00Z,2024-05-06T09:00:00+01:00)')) {
      expect(drawn).toMatch(/^2024-05-06T0[78]:\d\d:\d\d\.\d{3}Z$/);
    }
  });
});

describe('people', () => {
  it('#name is a first and a last name, with many combinations', () => {
    const drawn = texts('#name', 10_000);
    for (const one of drawn.slice(0, 100)) expect(one).toMatch(/^[A-Z][A-Za-z']+ [A-Z][A-Za-z' -]+$/);
    expect(new Set(drawn).size).toBeGreaterThan(9900);
  });

  it.each([
    ['#first_name', 'firstNames'],
    ['#first_name_male', 'maleNames'],
    ['#first_name_female', 'femaleNames'],
    ['#last_name', 'lastNames'],
    ['#title_male', 'maleTitles'],
    ['#title_female', 'femaleTitles'],
    ['#word', 'words'],
  ] as const)('%s is one of its list', (template, list) => {
    const drawn = new Set(texts(template, 2000));
    for (const one of drawn) expect(vocabulary[list]).toContain(one);
    expect(drawn.size).toBeGreaterThan(Math.min(vocabulary[list].length, 300) - 1);
  });

  it('has word lists of sufficient size', () => {
    expect(vocabulary.words.length).toBeGreaterThan(2000);
    expect(vocabulary.firstNames.length).toBeGreaterThan(2500);
    expect(vocabulary.lastNames.length).toBeGreaterThan(400);
    expect(vocabulary.maleTitles).toEqual(['Dr.', 'Mr.']);
    expect(vocabulary.femaleTitles).toEqual(['Dr.', 'Miss', 'Mrs.', 'Ms.']);
  });

  it('#email and #username never repeat', () => {
    for (const template of ['#email', '#username']) expect(new Set(texts(template, 50_000)).size).toBe(50_000);
    for (const one of texts('#email', 100)) expect(one).toMatch(/^[a-z]+\.[a-z]+\d+@example\.(com|net|org)$/);
    for (const one of texts('#username', 100)) expect(one).toMatch(/^[a-z]+_[a-z]+\d+$/);
  });

  it('#phone_number has a valid area and exchange', () => {
    for (const one of texts('#phone_number')) expect(one).toMatch(/^[2-9]\d\d-[2-9]\d\d-\d{4}$/);
  });
});

const ARGUMENTS: Readonly<Record<string, string>> = {
  int: '(1,9)',
  float: '(0,1)',
  text: '(9)',
  bytes: '(9)',
  pick: '(a,b)',
};

it.each(Object.keys(TAGS))('#%s is the same as text, as JSON and as a value, alone and within text', (name) => {
  const tag = `#${name}${ARGUMENTS[name] ?? ''}`;
  for (const template of [tag, `<${tag}>`]) {
    const make = compileValue(template, source, '');
    const renderText = compileText(template, source, '');
    const renderJson = compileJson(template, source, '');
    for (let number = 0; number < 20; number++) {
      const value = make(number);
      expect(JSON.parse(renderJson(number))).toEqual(value);
      expect(renderText(number)).toBe(asText(value));
      if (template !== tag) expect(value).toBeTypeOf('string');
    }
  }
});
