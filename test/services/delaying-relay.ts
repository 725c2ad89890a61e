import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and passes on each request after a delay. */
export interface DelayingRelay {
  readonly port: number;
  /** Delays of the requests, as this process measured them, in milliseconds. */
  readonly delaysMs: number[];
  stop(): Promise<void>;
}

export async function startDelayingRelay(targetPort: number, delayMs: number): Promise<DelayingRelay> {
  const sockets = new Set<Socket>();
  const delaysMs: number[] = [];
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => client.destroy()));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.on('data', (chunk) => client.write(chunk));
    client.on('data', (chunk) => {
      const startMs = performance.now();
      const pass = (): void => {
        delaysMs.push(performance.now() - startMs);
        upstream.write(chunk);
      };
      if (delayMs === 0) pass();
      else setTimeout(pass, delayMs);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    delaysMs,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
