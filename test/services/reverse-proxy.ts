import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Behavior of a proxy beside forwarding. */
export interface Meddling {
  /** Answers by itself; true: it has. */
  readonly intercept?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** Request headers that get lost. */
  readonly loses?: readonly string[];
  /** Headers of every answer. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

/** A proxy in front of a server on loopback. */
export interface ReverseProxy {
  readonly origin: string;
  stop(): Promise<void>;
}

export async function startReverseProxy(
  to: string,
  { intercept, loses = [], headers }: Meddling,
): Promise<ReverseProxy> {
  const server = createServer((incoming, outgoing) => {
    if (intercept?.(incoming, outgoing) === true) {
      incoming.resume();
      return;
    }
    const kept = Object.entries(incoming.headers).filter(([name]) => !loses.includes(name));
    const { method } = incoming;
    const passed = request(`${to}${incoming.url}`, { method, headers: Object.fromEntries(kept) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...headers?.() });
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
