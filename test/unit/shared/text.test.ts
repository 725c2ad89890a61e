import { expect, test } from 'vitest';
import { sanitizeForTerminal } from '../../../src/shared/text.ts';

test.each([
  ['plain text', 'plain text'],
  ['  two\n\tlines\r\n ', 'two lines'],
  ['red \u001b[31m alert\u0007', String.raw`red \u001b[31m alert\u0007`],
  ['\u009b2J', String.raw`\u009b2J`],
  ['evil\u202etxt', String.raw`evil\u202etxt`],
  ['a\u200fb\u061cc', String.raw`a\u200fb\u061cc`],
  ['상품 목록 🚀', '상품 목록 🚀'],
])('%j becomes %s', (text, shown) => {
  expect(sanitizeForTerminal(text)).toBe(shown);
});
