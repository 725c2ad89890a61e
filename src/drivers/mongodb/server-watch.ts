import type { ErrorClass } from '../../core/outcome.ts';
import type { MongoClient } from './client.ts';
import { judge } from './errors.ts';

/** Failures to connect after which there is nothing to wait for. */
const CONCLUSIVE: ReadonlySet<ErrorClass> = new Set(['refused', 'dns', 'tls', 'protocol', 'driver']);
/**
 * Of a server that has answered before: it is known to speak the protocol, so that one damaged message proves nothing.
 */
const CONCLUSIVE_LATER: ReadonlySet<ErrorClass> = new Set(['refused', 'dns']);

/**
 * Learns from the library's heartbeats that no server is left. The library would wait for one to come back and let
 * every request wait with it; we want to know at once, as with any other target. A connection that just ended is no
 * proof, twice in a row is; a heartbeat that takes its time is none at all.
 */
export function watchServers(client: MongoClient, gone: (reason: Error) => void): void {
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
    const { errorClass } = judge(failure);
    if (errorClass === 'timeout') return;
    const inARow = (failures.get(address) ?? 0) + 1;
    failures.set(address, inARow);
    const conclusive = hasAnswered.has(address) ? CONCLUSIVE_LATER : CONCLUSIVE;
    if (inARow > 1 || conclusive.has(errorClass)) lost.add(address);
    if (lost.size >= servers) gone(failure);
  });
}
