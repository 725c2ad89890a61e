import { once } from 'node:events';
import type * as dns from 'node:dns';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test, onTestFinished, vi } from 'vitest';
import { clientOptions, serverNames } from '../../../../src/drivers/mongodb/settings.ts';
import { addressBook } from '../../../../src/shared/network/address-book.ts';
import { mongodbDriver } from '../../../../src/drivers/mongodb/mongodb-driver.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { certificate } from '../../../certificates/certificates.ts';

function settings(secretUrl: string): ReturnType<typeof clientOptions> {
  const url = secretUrl.replace(/[?].*/, '');
  return clientOptions({
    ...httpOptions(''),
    target: { driver: 'mongodb', url, secretUrl },
    sessions: 7,
    timeoutMs: 900,
  });
}

test('disables retries, and bounds every wait by the request timeout', () => {
  expect(settings('mongodb://h/')).toMatchObject({
    retryReads: false,
    retryWrites: false,
    maxAdaptiveRetries: 0,
    connectTimeoutMS: 900,
    serverSelectionTimeoutMS: 900,
  });
});

test('options of the connection string apply in any letter case', () => {
  const options = settings('mongodb://u:p@h/?RetryWrites=true&connecttimeoutms=50');
  expect(options).not.toHaveProperty('retryWrites');
  expect(options).not.toHaveProperty('connectTimeoutMS');
  expect(options.retryReads).toBe(false);
});

test('opens one connection for each worker', () => {
  expect(settings('mongodb://h')).toMatchObject({ minPoolSize: 0, maxPoolSize: 7 });
});

const looked = vi.hoisted((): string[] => []);

/** A name server whose every name has two addresses; a server of these tests listens on the second one alone. */
vi.mock('node:dns', async (importActual) => ({
  ...(await importActual<typeof dns>()),
  lookup(name: string, _: unknown, callback: (error: null, addresses: dns.LookupAddress[]) => void) {
    looked.push(name);
    process.nextTick(callback, null, [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
  },
}));

test.each([
  ['mongodb://u:p@h.example.:1/?tls=true', 'mongodb://u:p@h.example:1/?tls=true', { 'h.example': 'h.example.' }],
  ['mongodb://a.,b:2,c.:3', 'mongodb://a,b:2,c:3', { a: 'a.', c: 'c.' }],
  ['mongodb://bücher.example/x', 'mongodb://xn--bcher-kva.example/x', { 'xn--bcher-kva.example': 'bücher.example' }],
  ['mongodb://H.Example:1', 'mongodb://H.Example:1', {}],
  ['mongodb://127.0.0.1,[::1]:5/', 'mongodb://127.0.0.1,[::1]:5/', {}],
  ['mongodb://%2Frun%2Fm.sock', 'mongodb://%2Frun%2Fm.sock', {}],
  ['mongodb+srv://h.example./', 'mongodb+srv://h.example./', {}],
])('the hosts of %s become server names', (url, written, given) => {
  const names = serverNames(url);
  expect(names.url).toBe(written);
  expect(Object.fromEntries(names.given)).toEqual(given);
});

/** The names that a TLS server was asked for, while a driver connects to it twice. */
async function askedNames(host: string): Promise<{ readonly asked: readonly unknown[]; readonly port: number }> {
  const asked: unknown[] = [];
  const tls = { cert: certificate('server'), key: certificate('server-key') };
  const server = createServer(tls, (socket) => {
    asked.push(socket.servername);
    socket.on('error', () => undefined).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const driver = mongodbDriver({
    ...httpOptions(''),
    target: {
      driver: 'mongodb',
      url: `mongodb://${host}:${port}/?tls=true&tlsAllowInvalidCertificates=true`,
      secretUrl: undefined,
    },
    timeoutMs: 5000,
  });
  for (let n = 0; n < 2; n++) {
    await driver.connect(AbortSignal.timeout(20_000)).catch(() => undefined);
  }
  await driver.close();
  return { asked, port };
}

/** The address that the next connections begin at. */
async function begins(host: string, port: number): Promise<unknown> {
  const { lookup } = addressBook.route(host, port);
  return new Promise((resolve) => lookup?.(host, { all: true }, (_, found) => resolve([found].flat()[0])));
}

test('looks up a name with its trailing dot, and sends the server name without it', async () => {
  const { asked } = await askedNames('db.example.');
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked)).toEqual(new Set(['db.example']));
  expect(new Set(looked)).toEqual(new Set(['db.example.']));
});

test('the next connections over TLS skip an address that refuses', async () => {
  const { asked, port } = await askedNames('two.example');
  expect(asked.length).toBeGreaterThan(0);
  for (let n = 0; n < 4; n++) {
    expect(await begins('two.example', port)).toEqual({ address: '127.0.0.1', family: 4 });
  }
});
