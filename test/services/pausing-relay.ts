import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server; stops reading from the server on demand, as a slow client does. */
export interface PausingRelay {
  readonly port: number;
  /** Reads nothing more from the server, and accepts no connections. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startPausingRelay(targetPort: number): Promise<PausingRelay> {
  const sockets = new Set<Socket>();
  const upstreams = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    upstreams.add(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.end();
      });
      from.on('data', (chunk) => {
        if (!to.write(chunk) && from === client) from.pause();
      });
      to.on('drain', () => from.resume());
    }
    upstream.on('close', () => upstreams.delete(upstream));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    pause() {
      for (const upstream of upstreams) upstream.pause();
    },
    resume() {
      for (const upstream of upstreams) upstream.resume();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
