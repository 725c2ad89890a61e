import { LoadbotError } from '../shared/errors.ts';
import type { DriverFactory } from './driver.ts';

/** Loaders of the drivers. Each load thread loads only the driver of the run. */
const DRIVERS: ReadonlyMap<string, () => Promise<DriverFactory>> = new Map([
  ['http', async () => (await import('./http/http-driver.ts')).httpDriver],
  ['postgres', async () => (await import('./postgres/postgres-driver.ts')).postgresDriver],
  ['mysql', async () => (await import('./mysql/mysql-driver.ts')).mysqlDriver],
  ['mongodb', async () => (await import('./mongodb/mongodb-driver.ts')).mongodbDriver],
  ['redis', async () => (await import('./redis/redis-driver.ts')).redisDriver],
]);

/**
 * Loads a driver by name.
 * @throws {LoadbotError} when no driver has this name
 */
export async function loadDriver(name: string): Promise<DriverFactory> {
  const load = DRIVERS.get(name);
  if (load === undefined) {
    throw new LoadbotError('internal', `unknown driver ${name}`, {
      hint: `known drivers: ${[...DRIVERS.keys()].join(', ')}`,
    });
  }
  return load();
}
