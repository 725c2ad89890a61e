import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUserinfo, splitUserinfo } from '../../../../src/shared/network/userinfo.ts';

describe('credentials of an address', () => {
  test.each([
    ['h/db', undefined, 'h/db'],
    ['/db?host=/run', undefined, '/db?host=/run'],
    ['h:5432/db?user=a@b', undefined, 'h:5432/db?user=a@b'],
    ['[::1]:5432/db?user=a@b', undefined, '[::1]:5432/db?user=a@b'],
    ['a:1,b,[::1]:2/db?x=a@b', undefined, 'a:1,b,[::1]:2/db?x=a@b'],
    ['u:p@h/db?x=a@b', 'u:p', 'h/db?x=a@b'],
    ['u:p@@/?#w@a:1,b:2/db', 'u:p@@/?#w', 'a:1,b:2/db'],
    // The text before the first / ? or # looks like a host and its port.
    ['u:12/34@h/db', 'u:12/34', 'h/db'],
    ['u:12?34@h/db', 'u:12?34', 'h/db'],
    // ... or like no host at all.
    ['u:p?x=1@h/db', 'u:p?x=1', 'h/db'],
    ['', undefined, ''],
  ])('%s', (text, userinfo, address) => {
    expect(splitUserinfo(text)).toEqual({ userinfo, address });
  });

  test('are found with any characters in the password', () => {
    const password = fc.stringMatching(/^[a-z0-9@:/?#%&.!-]{1,12}$/);
    fc.assert(
      fc.property(password, fc.constantFrom('h', 'h:1', 'a:1,b:2'), (secret, hosts) => {
        expect(splitUserinfo(`u:${secret}@${hosts}/db`)).toEqual({ userinfo: `u:${secret}`, address: `${hosts}/db` });
      }),
    );
  });
});

test.each([
  ['p%40ss', 'p@ss'],
  ['50%', '50%'],
  ['%zz', '%zz'],
])('%s is interpreted as %s', (text, meant) => {
  expect(decodeUserinfo(text)).toBe(meant);
});
