import type { ErrorClass } from '../../shared/outcome.ts';
import type { MongoClient } from './client.ts';
import { classifyMongoError } from './errors.ts';

/** Connect errors that mark a server as lost at once. */
const CONCLUSIVE: ReadonlySet<ErrorClass> = new Set(['refused', 'dns', 'tls', 'protocol', 'driver']);
/**
 * The same for a server that has responded before. It supports the protocol, so a single corrupted message proves
 * nothing.
 */
const CONCLUSIVE_LATER: ReadonlySet<ErrorClass> = new Set(['refused', 'dns']);

/**
 * Detects from the library's heartbeats that no server is left. The library would wait for a server to return, with
 * every request pending; the driver fails at once, as with any other target. A single closed connection
 * proves nothing and two in a row are conclusive; a slow heartbeat proves nothing.
 */
export function monitorServers(client: MongoClient, gone: (reason: Error) => void): void {
  const failures = new Map<string, number>();
  const lost = new Set<string>();
  const hasAnswered = new Set<string>();
  let servers = 1;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    servers = newDescription.servers.size;
  });
  client.on('serverHeartbeatSucceeded', ({ connectionId: address }) => {
    hasAnswered.add(address);
    failures.delete(address);
    lost.delete(address);
  });
  client.on('serverHeartbeatFailed', ({ connectionId: address, failure }) => {
    const { errorClass } = classifyMongoError(failure);
    if (errorClass === 'timeout') return;
    const inARow = (failures.get(address) ?? 0) + 1;
    failures.set(address, inARow);
    const conclusive = hasAnswered.has(address) ? CONCLUSIVE_LATER : CONCLUSIVE;
    if (inARow > 1 || conclusive.has(errorClass)) lost.add(address);
    if (lost.size >= servers) gone(failure);
  });
}
