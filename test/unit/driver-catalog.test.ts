import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DRIVERS, type DriverName, driverOf } from '../../src/driver-catalog.ts';
import type { DriverEntry } from '../../src/drivers/driver-entry.ts';
import { httpDriver } from '../../src/drivers/http/http-driver.ts';
import { redisDriver } from '../../src/drivers/redis/redis-driver.ts';
import { requestTo } from '../../src/calibration/load.ts';
import { loadWorkload } from '../../src/workload/load.ts';

const ROWS = Object.entries(DRIVERS) as [DriverName, DriverEntry][];

test('targets find their driver by name', async () => {
  expect(await driverOf({ driver: 'http' }).load()).toBe(httpDriver);
  expect(await driverOf({ driver: 'redis' }).load()).toBe(redisDriver);
});

test.each(['ftp', 'constructor'])('an unknown name, %s, is an internal error that lists the known ones', (driver) => {
  expect(() => driverOf({ driver })).toThrow(
    expect.objectContaining({
      code: 'internal',
      message: `unknown driver ${driver}`,
      hint: `known drivers: ${Object.keys(DRIVERS).join(', ')}`,
    }),
  );
});

test('no two drivers share a scheme', () => {
  const schemes = ROWS.flatMap(([, row]) => row.schemes);
  expect(new Set(schemes).size).toBe(schemes.length);
});

describe.each(ROWS)('%s', (_, row) => {
  test('loads its driver, and separately its request check', async () => {
    expect(await row.load()).toBeTypeOf('function');
    expect(await row.loadRequestCheck()).toBeTypeOf('function');
  });

  test('has a request that calibrate can send', async () => {
    const { connectionString, request } = requestTo(`${row.schemes[0]}//h`.replace('embedded://h', 'embedded:'));
    const job = { name: 'j', type: 'read', operations: 1, ...request };
    const text = JSON.stringify({ connection_string: connectionString, jobs: [job] });
    const { file } = await loadWorkload('-', { env: {}, readStdin: async () => text, readFile: async () => '' });
    expect(file.jobs).toHaveLength(1);
  });
});

describe('client libraries', () => {
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    peerDependencies: Record<string, string>;
    peerDependenciesMeta: Record<string, { optional: boolean }>;
  };
  /** The bus of a fleet. */
  const ofBus = ['@nats-io/jetstream', '@nats-io/transport-node'].map((name) => ({ name, major: 3 }));
  const peers = [...ofBus, ...ROWS.flatMap(([, { peer }]) => (peer === undefined ? [] : [peer]))];

  test('are the optional peer dependencies of package.json', () => {
    expect(peerDependencies).toEqual(Object.fromEntries(peers.map(({ name, major }) => [name, `^${major}.0.0`])));
    expect(peerDependenciesMeta).toEqual(Object.fromEntries(peers.map(({ name }) => [name, { optional: true }])));
  });
});
