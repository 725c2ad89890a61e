import { LoadbotError } from '../core/errors.ts';
import type { DriverFactory } from './driver.ts';

/** What loads each driver: a run has one, and every load thread loads its own. */
const DRIVERS: ReadonlyMap<string, () => Promise<DriverFactory>> = new Map([
  ['http', async () => (await import('./http/http-driver.ts')).httpDriver],
  ['postgres', async () => (await import('./postgres/postgres-driver.ts')).postgresDriver],
  ['mysql', async () => (await import('./mysql/mysql-driver.ts')).mysqlDriver],
  ['mongodb', async () => (await import('./mongodb/mongodb-driver.ts')).mongodbDriver],
  ['redis', async () => (await import('./redis/redis-driver.ts')).redisDriver],
]);

/**
 * Loads the driver that a target names.
 * @throws {LoadbotError} for a name that no driver is registered under
 */
export async function loadDriver(name: string): Promise<DriverFactory> {
  const load = DRIVERS.get(name);
  if (load === undefined) {
    throw new LoadbotError('internal', `there is no driver ${name}`, {
      hint: `known drivers: ${[...DRIVERS.keys()].join(', ')}`,
    });
  }
  return load();
}
