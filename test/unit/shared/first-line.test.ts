import { expect, test } from 'vitest';
import { firstLine } from '../../../src/shared/secrets.ts';

test.each([
  ['', ''],
  ['\n  no such tenant\r\nsee the manual', 'no such tenant'],
  ['x'.repeat(201), 'x'.repeat(200)],
  // Half a secret would be left of it, were it cut first.
  [`${'x'.repeat(195)} t0ken`, `${'x'.repeat(195)} ***`],
])('of %j shows %j', (text, shown) => {
  expect(firstLine(text, ['t0ken'])).toBe(shown);
});
