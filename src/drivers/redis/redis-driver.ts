import type { Driver, DriverOptions } from '../driver.ts';
import { createDriver } from '../session-base.ts';
import { compileRedisRequest } from './request.ts';
import { RedisSession, type RedisSessionOptions } from './session.ts';
import { redisSettings } from './settings.ts';

/** Creates the driver of one job for Redis and compatible servers. */
export function redisDriver(options: DriverOptions): Driver {
  return createDriver(
    () => shareable(options),
    (shared) => new RedisSession(shared),
  );
}

async function shareable(options: DriverOptions): Promise<RedisSessionOptions> {
  return {
    library: await import('redis'),
    settings: redisSettings(options),
    requests: options.operations.map((operation) => compileRedisRequest(operation, options.collection)),
    timeoutMs: options.timeoutMs,
    openingAhead: { goesOn: true },
    target: options.target,
    clock: options.clock,
  };
}
