import { addressBook } from '../../core/address-book.ts';
import { SOCKET_OPTIONS } from '../../core/routed-socket.ts';
import type { DriverOptions } from '../driver.ts';
import type { MongoClientOptions } from './client.ts';
import { lookupGiven, serverNames } from './server-names.ts';

const DEFAULT_PORT = 27_017;

/** Connections that are being opened at the same time; more would overrun a server's accept queue. */
const OPENING_AT_ONCE = 32;

/**
 * What beats the connection string, or holds where it says nothing. Nothing is tried a second time unless it says so: that would hide
 * from the numbers what the server did.
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
    // One connection that watches the server, not two.
    serverMonitoringMode: 'poll',
  };
  return {
    ...Object.fromEntries(Object.entries(unlessGiven).filter(([name]) => !given.has(name.toLowerCase()))),
    // A connection for each worker and no more. Not from the start, which would be for each server of a replica set, one every 100 ms.
    maxPoolSize: sessions,
    minPoolSize: 0,
    noDelay: SOCKET_OPTIONS.noDelay,
    keepAliveInitialDelay: SOCKET_OPTIONS.keepAliveInitialDelay,
    ...route,
    ...(lookup !== undefined && { lookup: lookupGiven(lookup, serverNames(url).given) }),
  };
}

/** The port of its first host; the addresses of hosts with other ports are told apart all the same. */
function portOf(url: string): number {
  return Number(/:(\d+)(?=[,/?]|$)/.exec(url.replace(/^[^/]*\/\/(?:[^@/]*@)?/, ''))?.[1] ?? DEFAULT_PORT);
}

/** Options of a connection string; their names may be written in any case. */
function optionNames(url: string): ReadonlySet<string> {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}
