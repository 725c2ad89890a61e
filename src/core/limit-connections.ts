import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';

interface Connection {
  readonly openedMs: number;
  /** When it last took a whole response; `undefined`: never. */
  servedMs: number | undefined;
}

/**
 * Keeps at most `limit` connections to a server. A new one is always accepted: it takes the place of the one that took a
 * response the longest ago, or of the oldest that never took one.
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
    // Monotonic milliseconds are positive, so those that never took a response come before all others.
    const rank = servedMs ?? openedMs - Number.MAX_SAFE_INTEGER;
    if (socket === newest || socket.destroyed || rank >= leastRank) continue;
    [least, leastRank] = [socket, rank];
  }
  return least;
}
