import { describe, expect, test } from 'vitest';
import { parseConnectionString } from '../../../../src/workload/features/connection-string.ts';

describe('targets', () => {
  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['https://api.example.com/v1/', 'https://api.example.com/v1'],
    ['HTTP://Example.com:80/A', 'http://example.com/A'],
    ['http://[::1]:9/x', 'http://[::1]:9/x'],
  ])('%s', (text, url) => {
    expect(parseConnectionString(text)).toEqual({
      target: { driver: 'http', url, secretUrl: undefined },
      authorization: undefined,
    });
  });

  test.each(['embedded:', 'embedded://', 'EMBEDDED:'])('%s selects the built-in store', (text) => {
    expect(parseConnectionString(text)).toEqual({
      target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined },
      authorization: undefined,
    });
  });
});

describe('databases', () => {
  test.each([
    ['postgres://u:secret@h/db?sslmode=require', 'postgres', 'postgres://h/db'],
    ['postgresql://h:5433/db', 'postgres', 'postgresql://h:5433/db'],
    ['mysql://root@h/', 'mysql', 'mysql://h'],
    ['mongodb://a:1,b:2/db?replicaSet=r', 'mongodb', 'mongodb://a:1,b:2/db'],
    ['mongodb+srv://u:secret@h', 'mongodb', 'mongodb+srv://h'],
    ['redis://:secret@h:6379/3', 'redis', 'redis://h:6379/3'],
    ['postgres://u:sec@ret@h/db?options=a@b', 'postgres', 'postgres://h/db'],
    ['postgres://h:5432/db?options=a/b@c', 'postgres', 'postgres://h:5432/db'],
    ['REDISS://h', 'redis', 'rediss://h'],
  ])('%s is passed unchanged to the client library of %s', (text, driver, url) => {
    expect(parseConnectionString(text)).toEqual({ target: { driver, url, secretUrl: text }, authorization: undefined });
  });
});

describe('credentials', () => {
  test.each([
    ['http://bob:secret@h/x', 'bob:secret'],
    ['http://bob@h/x', 'bob:'],
    ['http://b%40b:p%3A%C3%A9@h/x', 'b@b:p:é'],
  ])('of %s are removed from the URL and become a header', (text, credentials) => {
    expect(parseConnectionString(text)).toEqual({
      target: { driver: 'http', url: 'http://h/x', secretUrl: undefined },
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    });
  });
});

describe('faults', () => {
  test.each([
    ['127.0.0.1:8080', 'must begin with a scheme'],
    ['localhost:8080', 'must begin with a scheme'],
    ['', 'must begin with a scheme'],
    ['htp://h', '`htp:` is not a supported scheme'],
    ['ftp://h', '`ftp:` is not a supported scheme'],
    ['http://', 'must be a URL such as "http://host:port/path"'],
    ['http://h:99999', 'must be a URL such as "http://host:port/path"'],
    ['http://h/x?key=secret', 'must not have a query or a fragment'],
    ['http://h/#x', 'must not have a query or a fragment'],
    ['http://bob:100%@h', 'has credentials that are not percent-encoded'],
    ['postgres://u:12/secret@h/db', 'has credentials that are not percent-encoded'],
    ['mysql://u:secret?secret@h/db', 'has credentials that are not percent-encoded'],
    ['redis://:secret#@h', 'has credentials that are not percent-encoded'],
    ['embedded://h', 'must be `embedded:` alone: the built-in store has no address'],
    ['postgres://', 'must name a host, such as "postgres://127.0.0.1/test"'],
    ['mongodb://u:secret@', 'must name a host, such as "mongodb://127.0.0.1/test"'],
  ])('%j: %s', (text, message) => {
    const fault = parseConnectionString(text);
    expect(fault).toHaveProperty('message', message);
    expect(JSON.stringify(fault)).not.toContain('secret');
  });

  test('suggests a similar scheme', () => {
    expect(parseConnectionString('htp://h')).toHaveProperty('hint', 'did you mean `http:`?');
    expect(parseConnectionString('gopher://h')).toHaveProperty(
      'hint',
      expect.stringMatching(/^it may be http:, https:, embedded:, postgres:, .*redis:/),
    );
  });
});
