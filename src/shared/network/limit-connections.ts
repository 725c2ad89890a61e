import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';

interface Connection {
  readonly openedMs: number;
  /** Time of its last complete response; `undefined`: none. */
  servedMs: number | undefined;
}

/**
 * Limits the connections of a server to `limit`. A new connection is always accepted and replaces another: the oldest
 * one without a response, or else the one with the least recent response.
 */
export function limitConnections(server: Server, limit: number, clock: Pick<Clock, 'nowMs'>): void {
  const connections = new Map<Socket, Connection>();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { openedMs: clock.nowMs(), servedMs: undefined });
    socket.once('close', () => connections.delete(socket));
    if (connections.size > limit) leastUseful(connections, socket)?.destroy();
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    response.once('finish', () => {
      const connection = connections.get(socket);
      if (connection !== undefined) connection.servedMs = clock.nowMs();
    });
  });
}

function leastUseful(connections: ReadonlyMap<Socket, Connection>, newest: Socket): Socket | undefined {
  let [least, leastRank] = [undefined as Socket | undefined, Infinity];
  for (const [socket, { openedMs, servedMs }] of connections) {
    // Monotonic milliseconds are positive, so connections without a response rank first.
    const rank = servedMs ?? openedMs - Number.MAX_SAFE_INTEGER;
    if (socket === newest || socket.destroyed || rank >= leastRank) continue;
    [least, leastRank] = [socket, rank];
  }
  return least;
}
