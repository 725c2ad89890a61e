import { describe, expect, test } from 'vitest';
import { redactSecrets, redactWords, secretsInText, secretsInWords } from '../../../src/shared/secret-text.ts';

const S = 'c4n4ry';

describe('text', () => {
  test.each([
    ...['X-Amz-Signature', 'X-Amz-Credential', 'X-Amz-Security-Token', 'sig', 'signature', 'token', 'access_token'].map(
      (name) => `/path?a=b&${name}=${S}&c=d`,
    ),
    ...['key', 'api_key', 'apikey', 'api-key', 'password', 'client_secret', 'code', 'refresh_token', 'KEY'].map(
      (name) => `https://h/p?${name}=${S}`,
    ),
    `CREATE USER 'a'@'%' IDENTIFIED BY '${S}'`,
    `create user a identified with mysql_native_password by '${S}'`,
    `ALTER USER a IDENTIFIED BY PASSWORD '${S}'`,
    `CREATE ROLE a LOGIN PASSWORD '${S}'`,
    `ALTER ROLE a WITH ENCRYPTED PASSWORD "${S}"`,
    `SET PASSWORD FOR a = PASSWORD('${S}')`,
    `Authorization: Bearer ${S}`,
    `Proxy-Authorization: Basic ${S}`,
    `X-Api-Key: ${S}`,
    `Cookie: ${S}`,
    `{"password":"${S}","name":"x"}`,
    String.raw`{\"client_secret\": \"${S}\"}`,
    `postgres://anna:${S}@h/db`,
    `AUTH ${S}`,
    `auth anna ${S}`,
    `HELLO 3 AUTH anna ${S} SETNAME x`,
    `CONFIG SET requirepass ${S}`,
    `config set masterauth ${S} maxmemory 100mb`,
    `ACL SETUSER anna on >${S} ~* +@all`,
    `MIGRATE h 6379 k 0 1000 AUTH ${S} KEYS k`,
    `MIGRATE h 6379 k 0 1000 AUTH2 anna ${S} KEYS k`,
  ])('%s', (text) => {
    const redacted = redactSecrets(text);
    expect(redacted).not.toContain(S);
    expect(redacted).toContain('***');
    expect(secretsInText(text).join(' ')).toContain(S);
    // Redacting twice changes nothing more.
    expect(redactSecrets(redacted)).toBe(redacted);
  });

  test.each([
    'GET user:1',
    'SELECT author, keyboard FROM books WHERE code = 5',
    '/search?q=key&sort=asc&codec=x',
    'CONFIG SET maxmemory 100mb',
    'ACL SETUSER anna on ~* +@all',
    'HELLO 3 SETNAME x',
    '/p?token=#string&key=${KEY}',
    "WHERE email = 'a@b.c'",
  ])('finds no secret in %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
    expect(secretsInText(text)).toEqual([]);
  });
});

test.each([
  [
    ['AUTH', S],
    ['AUTH', '***'],
  ],
  [
    ['auth', 'anna', S],
    ['auth', '***', '***'],
  ],
  [
    ['HELLO', '3', 'AUTH', 'anna', S, 'SETNAME', 'x'],
    ['HELLO', '3', 'AUTH', '***', '***', 'SETNAME', 'x'],
  ],
  [
    ['CONFIG', 'SET', 'requirepass', S],
    ['CONFIG', 'SET', 'requirepass', '***'],
  ],
  [
    ['ACL', 'SETUSER', 'a', '>' + S, '+get'],
    ['ACL', 'SETUSER', 'a', '***', '+get'],
  ],
  [
    ['SET', 'k', `{"token":"${S}"}`],
    ['SET', 'k', '{"token":"***"}'],
  ],
])('hides the secret words of a Redis command: %j', (words, shown) => {
  expect(redactWords(words)).toEqual(shown);
  expect(secretsInWords(words)).toContain(S);
});

test('keeps text that is not secret', () => {
  const words = ['SET', 'auth:1', '#string', 'EX', '10'];
  expect(redactWords(words)).toEqual(words);
  expect(secretsInWords(words)).toEqual([]);
});
