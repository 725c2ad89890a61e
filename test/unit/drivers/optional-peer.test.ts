import { expect, test } from 'vitest';
import { installCommand, loadPeer, requirePeer } from '../../../src/drivers/optional-peer.ts';

const PEER = { name: 'a-client-nobody-has', major: 8, scheme: 'postgres://' };

function notFound(name: string): Error {
  return Object.assign(new Error(`Cannot find package '${name}' imported from /some/file.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
}

test('a library that is there is handed on', async () => {
  expect(await loadPeer(PEER, async () => ({ version: 8 }))).toEqual({ version: 8 });
});

test('a missing library is named together with the command that installs it', async () => {
  await expect(loadPeer(PEER, async () => Promise.reject(notFound(PEER.name)))).rejects.toMatchObject({
    code: 'config_invalid',
    message: 'the driver for postgres:// needs the package a-client-nobody-has',
    hint: 'npm install a-client-nobody-has@8',
  });
});

test.each([
  ['something that the library itself misses', notFound('another')],
  ['a library that fails while it loads', new Error('no such symbol')],
])('%s is not taken for a missing library', async (_, failure) => {
  await expect(loadPeer(PEER, async () => Promise.reject(failure))).rejects.toBe(failure);
});

test.each([
  ['postgres', 'the driver for postgres:// needs the package pg', 'npm install pg@8'],
  ['mysql', 'the driver for mysql:// needs the package mysql2', 'npm install mysql2@3'],
  ['mongodb', 'the driver for mongodb:// needs the package mongodb', 'npm install mongodb@7'],
  ['redis', 'the driver for redis:// needs the package redis', 'npm install redis@6'],
])('without its library, a run of %s is refused: %s', (driver, message, hint) => {
  const nothingInstalled = (name: string): never => {
    throw notFound(name);
  };
  const refused = expect.objectContaining({ code: 'config_invalid', message, hint });
  expect(() => requirePeer(driver, nothingInstalled)).toThrow(refused);
});

test('a library that is there, or is broken otherwise, and a driver that needs none are let through', () => {
  const asked: string[] = [];
  requirePeer('postgres', (name) => asked.push(name));
  requirePeer('http', (name) => asked.push(name));
  requirePeer('constructor', (name) => asked.push(name));
  expect(asked).toEqual(['pg']);
  expect(() =>
    requirePeer('redis', () => {
      throw notFound('another');
    }),
  ).not.toThrow();
});

test.each([
  ['/home/ada/shop/node_modules/loadbot-agent/dist/drivers/optional-peer.js', 'npm install pg@8'],
  ['/home/ada/loadbot-agent/dist/drivers/optional-peer.js', 'npm install pg@8'],
  ['/usr/local/lib/node_modules/loadbot-agent/dist/drivers/x.js', 'npm install --global --prefix /usr/local pg@8'],
  ['/opt/my tools/lib/node_modules/loadbot-agent/dist/x.js', "npm install --global --prefix '/opt/my tools' pg@8"],
])('beside %s it is installed by: %s', (file, command) => {
  expect(installCommand({ ...PEER, name: 'pg' }, file)).toBe(command);
});
