import { describe, expect, it, test } from 'vitest';
import {
  maskBeginnings,
  redactSecrets,
  secretsOf,
  secretsOfArguments,
  secretsOfTarget,
} from '../../../src/shared/secrets.ts';
import { basic, pushTarget } from '../exporters/push-target.ts';

function masked(text: string, ...[url, changes]: Parameters<typeof pushTarget>): string {
  return redactSecrets(text, secretsOf(pushTarget(url, changes)));
}

describe('mask', () => {
  it('hides basic credentials in every form', () => {
    const headers = basic('anna', 'p:ssw0rd');
    const encoded = headers.authorization.slice('Basic '.length);
    expect(masked(`${encoded} anna:p:ssw0rd p:ssw0rd, anna`, 'http://vm', { headers })).toBe('*** *** ***, anna');
  });

  it('hides tokens and the values of other headers', () => {
    const headers = { authorization: 'Bearer t0ken', 'x-key': 'k3y-value' };
    expect(masked('Bearer t0ken; t0ken; k3y-value; key', 'http://vm', { headers })).toBe('***; ***; ***; key');
  });

  it('hides the query, its values, decoded and not', () => {
    expect(masked('/x?t=a%2Fbcd: a/bcd a%2Fbcd', 'http://vm/x?t=a%2Fbcd')).toBe('/x***: *** ***');
  });

  it('hides the credentials of a proxy', () => {
    const encoded = Buffer.from('bob:pr@xy').toString('base64');
    const text = `http://bob:pr%40xy@proxy: pr@xy, ${encoded}`;
    expect(masked(text, 'http://vm', { proxy: 'http://bob:pr%40xy@proxy' })).toBe('http://bob:***@proxy: ***, ***');
  });

  it('hides secrets in JSON escapes', () => {
    expect(masked(JSON.stringify({ a: 'x "y" z' }), 'http://vm', { headers: { a: 'x "y" z' } })).toBe('{"a":"***"}');
  });

  it('does not hide very short values', () => {
    expect(masked('a 1 b', 'http://vm?a=1', { headers: { a: 'b' } })).toBe('a 1 b');
  });
});

describe('secrets of a connection string', () => {
  it.each([
    ['redis://:s3cret@h', "AUTH 's3cret'", "AUTH '***'"],
    ['postgres://u:p%40ss%2Fw@h/db', 'p@ss/w or p%40ss%2Fw of u', '*** or *** of u'],
    ['mysql://u:p@ss/w?x@h/db', 'p@ss/w?x', '***'],
    ['postgres://h/db?user=anna&sslpassword=t0psecret', 'anna, t0psecret', 'anna, ***'],
    ['mongodb://h1,h2/?authMechanismProperties=AWS_SESSION_TOKEN:t0ken', 'AWS_SESSION_TOKEN:t0ken', '***'],
    // It is public, and messages would lose their words.
    ['postgres://postgres:postgres@h/db', 'user "postgres"', 'user "postgres"'],
    [undefined, 'nothing to hide', 'nothing to hide'],
  ])('%s: %s becomes %s', (secretUrl, text, shown) => {
    expect(redactSecrets(text, secretsOfTarget({ secretUrl }))).toBe(shown);
  });
});

test.each([
  [['--password', 's3cret'], 'wrong: s3cret', 'wrong: ***'],
  [['--password=s3cret'], 'wrong: s3cret', 'wrong: ***'],
  [['-ps3cret'], 'wrong: s3cret', 'wrong: ***'],
  [['-H', 'Authorization: Bearer t0ken'], 't0ken of Bearer t0ken', '*** of ***'],
  [['--url=https://anna:p4ss@shop/metrics'], 'no https://anna:p4ss@shop/metrics, p4ss', 'no ***, ***'],
  [['--frobnicate', '-v'], 'unknown: --frobnicate, -v', 'unknown: --frobnicate, -v'],
])('of a command with %j, %j is shown as %j', (args, text, shown) => {
  expect(redactSecrets(text, secretsOfArguments(args))).toBe(shown);
});

test.each([
  ['got hunter2…', 'got ***…'],
  ['got hun…', 'got ***…'],
  ['got hu…', 'got hu…'],
  ['a hunt… and b hunter…"', 'a ***… and b ***…"'],
  ['hunter and no mark', 'hunter and no mark'],
  ['…', '…'],
])('the beginning of a secret is masked where a text was cut off: %s', (text, shown) => {
  expect(maskBeginnings(text, 'hunter22', '***')).toBe(shown);
  expect(redactSecrets(text, ['hunter22'])).toBe(shown);
});
