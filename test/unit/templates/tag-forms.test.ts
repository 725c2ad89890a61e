import { describe, expect, test } from 'vitest';
import { checkTags } from '../../../src/workload/features/template-tags.ts';
import type { TagDefinition } from '../../../src/templates/tag.ts';
import { TAGS, TEMPLATE_TAGS } from '../../../src/templates/tags.ts';
import { compileText } from '../../../src/data/template.ts';
import { source } from '../data/data-builder.ts';

const findings = (text: string) => checkTags({ schemas: [{ name: 'a', schema: { field: text } }] });

/** A tag as the documentation writes it, with arguments that it takes. */
const filledIn = (written: string): string =>
  written
    .replace('a,b,decimals', '1,5,2')
    .replace('(a,b)', '(1, -5)')
    .replace('(n)', '(9)')
    .replace('(from)', '(7)')
    .replace('from,to', '2024-01-01,2024-12-31')
    .replace(',...', ',c');

// What validation lets through is what documents are made of: these two must not drift apart.
describe('every documented form of a tag is a tag', () => {
  test.each(Object.values<TagDefinition>(TAGS).flatMap(({ written }) => written))('%s', (written) => {
    const tag = filledIn(written);
    expect(findings(tag)).toEqual([]);
    expect(compileText(tag, source, '')(3)).not.toContain('#');
  });

  test('and each tag is documented', () => {
    expect(TEMPLATE_TAGS).toHaveLength(Object.keys(TAGS).length - 1);
    for (const { type, meaning } of Object.values<TagDefinition>(TAGS))
      expect(`${type}: ${meaning}`).toMatch(/^[a-z ]+: .+\.$/);
  });
});

describe('reports tags that would be stored as text', () => {
  test.each(['#ids', '#int', '#int(1)', '#int(1,2,3)', '#int(a,b)', '#id(1)', '#uuid()', '#Id', '#nope', '#_ID'])(
    '%s',
    (tag) => {
      expect(compileText(`a ${tag} b`, source, '')(3)).toBe(`a ${tag} b`);
      expect(findings(`a ${tag} b`)).toHaveLength(1);
    },
  );
});

test.each(['##id', 'a # b', '#1', '100 #', '##'])('%j is plain text, without a finding', (text) => {
  expect(compileText(text, source, '')(3)).toBe(text.replace('##', '#'));
  expect(findings(text)).toEqual([]);
});
