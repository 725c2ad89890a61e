import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { DriverOptions, Session } from '../../../../src/drivers/driver.ts';
import { httpDriver } from '../../../../src/drivers/http/http-driver.ts';
import { type Answer, type HttpKind, HttpServer, type SeenRequest } from '../../../contract/driver/http-server.ts';
import { Probe } from '../../../../src/driver-kit/probe.ts';

/** An HTTP server for the rest of the test. */
export async function serve(
  kind: HttpKind,
  handler: (request: SeenRequest, answer: Answer) => void,
  { tls, path }: { tls?: object; path?: string } = {},
): Promise<HttpServer> {
  const server = new HttpServer(kind, handler, tls);
  await server.start(path);
  onTestFinished(() => server.stop());
  return server;
}

/** A TCP server for the rest of the test, for responses that no HTTP server sends. Returns its port. */
export async function serveBytes(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', ignore));
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** A worker with a session of its own for the rest of the test. */
export async function openProbe(options: DriverOptions): Promise<{ session: Session; probe: Probe }> {
  const session = await httpDriver(options).connect(new AbortController().signal);
  onTestFinished(() => session.close());
  return { session, probe: new Probe(session) };
}

/** The outcome of a single request, and its failure's message. */
export async function outcomeOf(options: DriverOptions): Promise<string> {
  const { probe } = await openProbe(options);
  return probe.request(0);
}

function ignore(): void {}
