import { LoadbotError } from '../core/errors.ts';
import type { DriverFactory } from './driver.ts';
import { httpDriver } from './http/http-driver.ts';
import { mongodbDriver } from './mongodb/mongodb-driver.ts';
import { mysqlDriver } from './mysql/mysql-driver.ts';
import { postgresDriver } from './postgres/postgres-driver.ts';
import { redisDriver } from './redis/redis-driver.ts';

const DRIVERS: ReadonlyMap<string, DriverFactory> = new Map([
  ['http', httpDriver],
  // The embedded store listens on loopback and is spoken to like any other HTTP target.
  ['embedded', httpDriver],
  ['postgres', postgresDriver],
  ['mysql', mysqlDriver],
  ['mongodb', mongodbDriver],
  ['redis', redisDriver],
]);

/**
 * The factory of the driver that a target names.
 * @throws {LoadbotError} for a name that no driver is registered under
 */
export function driverOf(name: string): DriverFactory {
  const factory = DRIVERS.get(name);
  if (factory === undefined) {
    throw new LoadbotError('internal', `there is no driver ${name}`, {
      hint: `known drivers: ${[...DRIVERS.keys()].join(', ')}`,
    });
  }
  return factory;
}
