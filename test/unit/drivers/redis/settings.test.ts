import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { DriverOptions } from '../../../../src/drivers/driver.ts';
import type { ClientOptions } from '../../../../src/drivers/redis/client.ts';
import { redisSettings } from '../../../../src/drivers/redis/settings.ts';
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

test('a database has a number', () => {
  expect(() => clientOptions(options('redis://u:secret@h', { database: 'shop' }))).toThrow('a number, not `shop`');
  expect(() => clientOptions(options('redis://u:secret@h/shop'))).toThrow('a number, not `shop`');
});

test('what is no URL is not repeated, as it may be a secret', () => {
  expect(() => clientOptions(options('redis://u:50%@:h:h'))).toThrow(
    /^the connection string is no URL of a Redis server$/,
  );
});

test('nothing is retried, queued or timed by the library', () => {
  expect(clientOptions(options('redis://h', { timeoutMs: 700 }))).toMatchObject({
    disableOfflineQueue: true,
    commandOptions: { timeout: 0 },
    socket: { reconnectStrategy: false, connectTimeout: 700 },
  });
});

test('TLS verifies the server, unless told not to', () => {
  const { http } = options('');
  const tls = { ...http.tls, ca: 'CA', serverName: 'redis.test', insecureSkipVerify: true };
  const wire = new Socket();
  expect(clientOptions(options('rediss://h'), wire).socket).toMatchObject({ tls: true, rejectUnauthorized: true });
  expect(clientOptions(options('rediss://h', { http: { ...http, tls } }), wire).socket).toMatchObject({
    socket: wire,
    tls: true,
    rejectUnauthorized: false,
    ca: 'CA',
    servername: 'redis.test',
  });
  expect(clientOptions(options('redis://h', { http: { ...http, tls } })).socket).not.toHaveProperty('tls');
});

test('with TLS the socket beneath is ours', () => {
  expect(redisSettings(options('rediss://[::1]:7000/2')).beneath).toEqual({ host: '::1', port: 7000 });
  expect(redisSettings(options('rediss://redis.test')).beneath).toEqual({ host: 'redis.test', port: 6379 });
  expect(redisSettings(options('redis://redis.test')).beneath).toBeUndefined();
});
