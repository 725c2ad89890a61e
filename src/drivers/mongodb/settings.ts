import { addressBook } from '../../shared/network/address-book.ts';
import { SOCKET_OPTIONS } from '../../shared/network/routed-socket.ts';
import type { DriverOptions } from '../driver.ts';
import type { MongoClientOptions } from './client.ts';
import { lookupGiven, serverNames } from './server-names.ts';

const DEFAULT_PORT = 27_017;

/** Maximum number of connections opened concurrently; more would overflow a server's accept queue. */
const OPENING_AT_ONCE = 32;

/**
 * Settings that override the connection string, and defaults. Retries are disabled unless the connection string enables
 * them, because they would hide the server's behaviour from the measurements.
 */
export function clientOptions({ target, timeoutMs, sessions }: DriverOptions): MongoClientOptions {
  const url = target.secretUrl ?? target.url;
  const given = optionNames(url);
  const { lookup, ...route } = addressBook.route('', portOf(url), timeoutMs);
  const unlessGiven: MongoClientOptions = {
    appName: 'loadbot-agent',
    retryReads: false,
    retryWrites: false,
    maxAdaptiveRetries: 0,
    maxConnecting: OPENING_AT_ONCE,
    connectTimeoutMS: timeoutMs,
    maxIdleTimeMS: 0,
    waitQueueTimeoutMS: 0,
    socketTimeoutMS: 0,
    heartbeatFrequencyMS: 10_000,
    serverSelectionTimeoutMS: timeoutMs,
    // One monitoring connection instead of two.
    serverMonitoringMode: 'poll',
  };
  return {
    ...Object.fromEntries(Object.entries(unlessGiven).filter(([name]) => !given.has(name.toLowerCase()))),
    // One connection per worker. No minimum pool size, because it would apply to each server of a replica set and open
    // one connection every 100 ms.
    maxPoolSize: sessions,
    minPoolSize: 0,
    noDelay: SOCKET_OPTIONS.noDelay,
    keepAliveInitialDelay: SOCKET_OPTIONS.keepAliveInitialDelay,
    ...route,
    ...(lookup !== undefined && { lookup: lookupGiven(lookup, serverNames(url).given) }),
  };
}

/** Port of the first host. Hosts with other ports are still distinguished by their addresses. */
function portOf(url: string): number {
  return Number(/:(\d+)(?=[,/?]|$)/.exec(url.replace(/^[^/]*\/\/(?:[^@/]*@)?/, ''))?.[1] ?? DEFAULT_PORT);
}

/** Option names of a connection string, which are case-insensitive. */
function optionNames(url: string): ReadonlySet<string> {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}
