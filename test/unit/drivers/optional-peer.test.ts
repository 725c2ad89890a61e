import { expect, test } from 'vitest';
import { DRIVERS } from '../../../src/driver-catalog.ts';
import { requirePeer } from '../../../src/drivers/optional-peer.ts';
import { installCommand } from '../../../src/shared/optional-package.ts';

function notFound(name: string): Error {
  return Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- /some/file.js`), {
    code: 'MODULE_NOT_FOUND',
  });
}

test.each([
  ['postgres', 'the driver for postgres:// needs the package pg', 'npm install pg@8'],
  ['mysql', 'the driver for mysql:// needs the package mysql2', 'npm install mysql2@3'],
  ['mongodb', 'the driver for mongodb:// needs the package mongodb', 'npm install mongodb@7'],
  ['redis', 'the driver for redis:// needs the package redis', 'npm install redis@6'],
] as const)('without its library, a run of %s is refused: %s', (driver, message, hint) => {
  const nothingInstalled = (name: string): never => {
    throw notFound(name);
  };
  const refused = expect.objectContaining({ code: 'config_invalid', message, hint });
  expect(() => requirePeer(DRIVERS[driver], nothingInstalled)).toThrow(refused);
});

test('accepts an installed library, one with another fault, and a driver without a library', () => {
  const asked: string[] = [];
  requirePeer(DRIVERS.postgres, (name) => asked.push(name));
  requirePeer(DRIVERS.http, (name) => asked.push(name));
  expect(asked).toEqual(['pg']);
  for (const failure of [notFound('another'), new Error('no such symbol')]) {
    expect(() =>
      requirePeer(DRIVERS.redis, () => {
        throw failure;
      }),
    ).not.toThrow();
  }
});

test.each([
  ['/home/ada/shop/node_modules/loadbot-agent/dist/shared/optional-package.js', 'npm install pg@8'],
  ['/home/ada/loadbot-agent/dist/shared/optional-package.js', 'npm install pg@8'],
  ['/usr/local/lib/node_modules/loadbot-agent/dist/drivers/x.js', 'npm install --global --prefix /usr/local pg@8'],
  ['/opt/my tools/lib/node_modules/loadbot-agent/dist/x.js', "npm install --global --prefix '/opt/my tools' pg@8"],
])('the install command for the module %s is: %s', (file, command) => {
  expect(installCommand({ name: 'pg', major: 8 }, file)).toBe(command);
});
