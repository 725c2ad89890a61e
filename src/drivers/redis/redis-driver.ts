import type { Driver, DriverOptions, Session } from '../driver.ts';
import { compileRedisRequest } from './request.ts';
import { RedisSession, type RedisSessionOptions } from './session.ts';
import { redisSettings } from './settings.ts';

/** Creates the driver of one job for Redis and compatible servers. */
export function redisDriver(options: DriverOptions): Driver {
  // Resolved by the first session, so that invalid options reject `connect`, as its contract requires.
  let shared: Promise<RedisSessionOptions> | undefined;
  return {
    async connect(signal: AbortSignal): Promise<Session> {
      const session = new RedisSession(await (shared ??= shareable(options)));
      await session.open(signal);
      return session;
    },
    async check(): Promise<void> {
      await (shared ??= shareable(options));
    },
    async close(): Promise<void> {
      // The sessions share no open resource.
    },
  };
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
