import { describe, expect, test } from 'vitest';
import { checkTags } from '../../../src/config/checks/tags.ts';
import { TAG_NAMES, TEMPLATE_TAGS } from '../../../src/config/template-tags.ts';
import { parseTags } from '../../../src/data/tag.ts';

const source = { key: 1, id: String, now: () => 'now' };
const pieces = (text: string) => parseTags(text, source, '');
const findings = (text: string) => checkTags({ schemas: [{ name: 'a', schema: { field: text } }] });

// What validation lets through is what documents are made of: these two must not drift apart.
describe('tags that validation knows', () => {
  test.each(TEMPLATE_TAGS.map((tag) => tag.replace('(a,b)', '(1, -5)')))('%s is one', (tag) => {
    expect(findings(tag)).toEqual([]);
    expect(pieces(tag).map((piece) => typeof piece)).toEqual(['object']);
  });

  test('are five', () => {
    expect(TAG_NAMES).toEqual(['#id', '#string', '#int', '#uuid', '#now']);
  });
});

describe('tags that documents would hold as text are found', () => {
  test.each(['#ids', '#int', '#int(1)', '#int(1,2,3)', '#int(a,b)', '#id(1)', '#uuid()', '#Id', '#nope', '#_id'])(
    '%s',
    (tag) => {
      expect(pieces(`a ${tag} b`)).toEqual([`a ${tag} b`]);
      expect(findings(`a ${tag} b`)).toHaveLength(1);
    },
  );
});

test.each(['##id', 'a # b', '#1', '100 #', '##'])('%j is text for both', (text) => {
  expect(pieces(text).every((piece) => typeof piece === 'string')).toBe(true);
  expect(findings(text)).toEqual([]);
});
