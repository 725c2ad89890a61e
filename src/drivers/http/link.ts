import type { OnReadOpts, Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import { openSocket } from '../../core/routed-socket.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { Endpoint } from './endpoint.ts';
import { openTunnel } from './proxy-tunnel.ts';

/** One connection on its way up, or up. */
export interface Link {
  /** The lowest socket: counts the bytes on the wire, and ends everything above it when destroyed. */
  readonly wire: Socket;
  /** The socket that HTTP is spoken through; rejects when the connection fails. */
  readonly opened: Promise<Socket>;
}

/**
 * Starts to open a connection, layer by layer: TCP or unix socket, TLS to a proxy, its tunnel, TLS to the target.
 * Each connection makes its own handshake; TLS sessions are not resumed, as with clients that do not know each other.
 * @param timeoutMs bound on all layers together
 * @param onread where a direct connection's bytes go instead of into a stream
 */
export function openLink(endpoint: Endpoint, timeoutMs: number, clock: Clock, onread: OnReadOpts | undefined): Link {
  const wire = openSocket(onread === undefined ? endpoint.address : { ...endpoint.address, onread });
  wire.on('error', ignore);
  const timer = clock.after(timeoutMs, () => {
    wire.destroy(new ClassifiedError('timeout', `no connection within ${timeoutMs} ms`));
  });
  return { wire, opened: openLayers(endpoint, wire).finally(() => timer.cancel()) };
}

async function openLayers(endpoint: Endpoint, wire: Socket): Promise<Socket> {
  try {
    await ready(wire, 'connect');
    let socket = wire;
    if (endpoint.proxyTls !== undefined) socket = await secure(socket, endpoint.proxyTls);
    if (endpoint.tunnel !== undefined) await openTunnel(socket, endpoint.tunnel);
    if (endpoint.tls !== undefined) {
      const tls = await secure(socket, endpoint.tls);
      if (endpoint.http2) requireHttp2(tls);
      socket = tls;
    }
    return socket;
  } catch (error) {
    wire.destroy();
    // What broke the lowest socket says more than what that did to the layers above it.
    throw wire.errored ?? error;
  }
}

/** A server that knows no ALPN would be spoken to in a protocol it never agreed to. */
function requireHttp2(socket: TLSSocket): void {
  if (socket.alpnProtocol !== 'h2') throw new ClassifiedError('protocol', 'the server does not speak HTTP/2');
}

async function secure(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  const tls = connectTls({ ...options, socket });
  // Node leaves a TLS socket open, and its request waiting, when what arrives cannot be decrypted.
  tls.on('error', (error) => tls.destroy(error));
  await ready(tls, 'secureConnect');
  return tls;
}

async function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new ClassifiedError('reset', 'the connection closed while it was being opened')));
  });
}

/** Failures reach their request in other ways; this only keeps them from ending the process. */
function ignore(): void {}
