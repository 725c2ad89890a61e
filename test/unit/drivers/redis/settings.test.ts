import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { DriverOptions } from '../../../../src/drivers/driver.ts';

import { type ClientOptions, redisSettings } from '../../../../src/drivers/redis/settings.ts';
import { certificate } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';

const clientOptions = (given: DriverOptions, wire?: Socket): ClientOptions => redisSettings(given).client(wire);

function options(secretUrl: string, changes: Partial<DriverOptions> = {}): DriverOptions {
  return { ...httpOptions(''), target: { driver: 'redis', url: 'redis://h', secretUrl }, ...changes };
}

test.each([
  ['redis://h', undefined, 'redis://h/'],
  ['redis://h/3', undefined, 'redis://h/3'],
  ['redis://u:p%40@h:7000/3', '5', 'redis://u:p%40@h:7000/5'],
])('%s with database %s is %s', (url, database, expected) => {
  expect(clientOptions(options(url, { database })).url).toBe(expected);
});

test('requires a number as database', () => {
  expect(() => clientOptions(options('redis://u:secret@h', { database: 'shop' }))).toThrow('a number, not `shop`');
  expect(() => clientOptions(options('redis://u:secret@h/shop'))).toThrow('a number, not `shop`');
});

test.each(['redis://u:50%@:h:h', 'redis://u:50%secret@h'])('does not show %s, which may be a secret', (url) => {
  expect(() => clientOptions(options(url))).toThrow(/^the connection string is not a valid URL of a Redis server$/);
});

test('disables retries, queues and timers of the library', () => {
  expect(clientOptions(options('redis://h', { timeoutMs: 700 }))).toMatchObject({
    disableOfflineQueue: true,
    commandOptions: { timeout: 0 },
    socket: { reconnectStrategy: false, connectTimeout: 700 },
  });
});

describe('TLS', () => {
  const file = (name: string): string => fileURLToPath(new URL(`../../../certificates/${name}.pem`, import.meta.url));
  const socketOf = (url: string): ClientOptions['socket'] => clientOptions(options(url), wire).socket;
  const wire = new Socket();

  test('verifies the server unless disabled', () => {
    expect(socketOf('rediss://h')).toMatchObject({ tls: true, socket: wire, rejectUnauthorized: true });
    expect(socketOf('rediss://h?ssl_cert_reqs=none')).toMatchObject({ rejectUnauthorized: false });
    expect(clientOptions(options('redis://h')).socket).not.toHaveProperty('tls');
  });

  test('reads certificates from files', () => {
    const query = `ssl_ca_certs=${file('ca')}&ssl_certfile=${file('client')}&ssl_keyfile=${file('client-key')}`;
    expect(socketOf(`rediss://h/3?${query}`)).toMatchObject({
      ca: certificate('ca'),
      cert: certificate('client'),
      key: certificate('client-key'),
      rejectUnauthorized: true,
    });
    expect(clientOptions(options(`rediss://h/3?${query}`)).url).toBe('rediss://h/3');
  });

  test.each([
    ['rediss://h?ssl_ca_certs=/nowhere.pem', 'the file of `ssl_ca_certs`'],
    ['rediss://h?ssl_cert_reqs=maybe', 'the option `ssl_cert_reqs`'],
    ['rediss://h?password=s3cret', 'the option `password`'],
    ['redis://h?ssl_cert_reqs=none', 'the option `ssl_cert_reqs`'],
  ])('%s is refused', (url, message) => {
    expect(() => clientOptions(options(url))).toThrow(message);
  });
});

test('uses its own socket below TLS', () => {
  expect(redisSettings(options('rediss://[::1]:7000/2')).beneath).toEqual({
    host: '::1',
    port: 7000,
    autoSelectFamily: false,
  });
  expect(redisSettings(options('rediss://redis.test')).beneath).toMatchObject({ host: 'redis.test', port: 6379 });
  expect(redisSettings(options('redis://redis.test')).beneath).toBeUndefined();
});
