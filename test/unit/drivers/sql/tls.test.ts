import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { takeTls } from '../../../../src/drivers/sql/tls.ts';
import { certificate } from '../../../certificates/certificates.ts';

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
