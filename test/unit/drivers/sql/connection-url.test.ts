import { fileURLToPath } from 'node:url';
import { expect, test, describe } from 'vitest';
import { connectionUrl, takeTls } from '../../../../src/drivers/sql/connection-url.ts';
import { certificate } from '../../../certificates/certificates.ts';

function parts(secretUrl: string, database?: string): [base: string, query: string] {
  const { base, parameters } = connectionUrl({ target: { driver: 'postgres', url: '', secretUrl }, database });
  return [base, parameters.toString()];
}

test('the database of the job overrides that of the connection string', () => {
  expect(parts('postgres://u:p@h:5432/one?a=1')).toEqual(['postgres://u:p@h:5432/one', 'a=1']);
  expect(parts('postgres://u:p@h:5432/one?a=1', 'two')).toEqual(['postgres://u:p@h:5432/two', 'a=1']);
  expect(parts('postgres://h', 'my db')).toEqual(['postgres://h/my%20db', '']);
  expect(parts('postgres://h/?sslmode=require')).toEqual(['postgres://h/', 'sslmode=require']);
});

test('keeps hosts that are unix sockets', () => {
  expect(parts('postgres://u@%2Fvar%2Frun/one', 'two')).toEqual(['postgres://u@%2Fvar%2Frun/two', '']);
});

const CA = fileURLToPath(new URL('../../../certificates/ca.pem', import.meta.url));

describe('TLS modes', () => {
  test.each([
    ['', undefined],
    ['sslmode=disable', undefined],
    ['ssl=false', undefined],
    ['ssl-mode=DISABLED', undefined],
    ['sslmode=require', 'full'],
    ['sslmode=verify-full', 'full'],
    ['ssl=true', 'full'],
    ['ssl-mode=VERIFY_IDENTITY', 'full'],
    ['sslmode=verify-ca', 'chain'],
    ['ssl-mode=VERIFY_CA', 'chain'],
    ['sslmode=no-verify', 'none'],
  ])('%s', (query, verify) => {
    expect(takeTls(new URLSearchParams(query))?.verify).toBe(verify);
  });

  test.each(['sslmode=prefer', 'ssl-mode=PREFERRED', 'ssl={"ca":"x"}'])('refuses %s as ambiguous', (query) => {
    expect(() => takeTls(new URLSearchParams(query))).toThrow(/is not a TLS mode/);
  });
});

test('reads certificates, and removes TLS options from the URL', () => {
  const parameters = new URLSearchParams({ sslmode: 'require', sslrootcert: CA, application_name: 'x' });
  expect(takeTls(parameters)).toEqual({ verify: 'full', ca: certificate('ca'), cert: undefined, key: undefined });
  expect(parameters.toString()).toBe('application_name=x');
});

test('names a missing certificate', () => {
  expect(() => takeTls(new URLSearchParams({ 'ssl-ca': '/nowhere/ca.pem' }))).toThrow(
    /cannot read the file of `ssl-ca`: ENOENT/,
  );
});
