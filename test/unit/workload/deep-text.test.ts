import { describe, expect, test } from 'vitest';
import { parseJsonc } from '../../../src/workload/read/parse-jsonc.ts';
import { parseYaml } from '../../../src/workload/read/parse-yaml.ts';
import { TOO_DEEP } from '../../../src/workload/read/value-bounds.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('text that is nested deeply', () => {
  test.each([
    ['lists', '['.repeat(1_000_000)],
    ['objects', '{"a":'.repeat(500_000)],
    ['brackets that do not match', '[}'.repeat(500_000)],
    ['comments between', '[/* ] */'.repeat(201)],
    ['201 levels', nested(201)],
  ])('is refused before it is parsed as JSON: %s', (_, text) => {
    expect(() => parseJsonc(text)).toThrow(TOO_DEEP);
  });

  test.each([
    ['lists', '['.repeat(1_000_000)],
    ['maps', '{a: '.repeat(500_000)],
    ['blocks in one line', '- '.repeat(500_000)],
    ['blocks behind a document marker', `--- ${'- '.repeat(500_000)}`],
    ['blocks with tags', '- !a '.repeat(300_000)],
    ['explicit keys in one line', '? '.repeat(500_000)],
    ['blocks far to the right', `a:\n${' '.repeat(1001)}b: 1\n`],
    ['201 levels', nested(201)],
  ])('is refused before it is parsed as YAML: %s', (_, text) => {
    expect(() => parseYaml(text)).toThrow(TOO_DEEP);
  });

  test('is parsed up to 200 levels', () => {
    expect(JSON.stringify(parseJsonc(nested(200)).value)).toBe(nested(200));
    expect(JSON.stringify(parseYaml(nested(200)).value)).toBe(nested(200));
  });

  test('is distinguished from many fields and items in one line', () => {
    const fields = Array.from({ length: 3000 }, (_, index) => [`k${index}`, `v${index}`]);
    const file = Object.fromEntries(fields) as Record<string, string>;
    expect(parseYaml(JSON.stringify(file)).value).toEqual(file);
    expect(parseYaml(`{${fields.map(([key, value]) => `${key}: ${value}`).join(', ')}}`).value).toEqual(file);
  });

  test('is distinguished from brackets in texts', () => {
    const brackets = '['.repeat(5000);
    expect(parseJsonc(JSON.stringify({ a: brackets })).value).toEqual({ a: brackets });
    expect(parseYaml(`a: "${brackets}"\nb: |\n  ${brackets}\nc: x${brackets}\n`).value).toEqual({
      a: brackets,
      b: `${brackets}\n`,
      c: `x${brackets}`,
    });
  });
});
