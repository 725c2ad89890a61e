import type { OnReadOpts, Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { request } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import { openDirectSocket, openSocket } from '../../shared/network/routed-socket.ts';
import type { ErrorClass } from '../../shared/outcome.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { Endpoint, Tunnel } from './endpoint.ts';

/** A connection that is opening or open. */
export interface ConnectionAttempt {
  /** The lowest socket. It counts the bytes on the wire, and destroying it closes all layers above. */
  readonly wire: Socket;
  /** Resolves with the socket for HTTP; rejects when the connection fails. */
  readonly opened: Promise<Socket>;
}

/**
 * Opens a connection, layer by layer: TCP or unix socket, TLS to a proxy, its tunnel, TLS to the target. Each
 * connection performs a full handshake: TLS sessions are not resumed, like independent clients.
 * @param timeoutMs bound on all layers together, in milliseconds
 * @param onread read buffer and callback of a direct connection, instead of a stream
 */
export function connectSocket(
  endpoint: Endpoint,
  timeoutMs: number,
  clock: Clock,
  onread: OnReadOpts | undefined,
): ConnectionAttempt {
  const address = endpoint.localAddresses?.bind(endpoint.address) ?? endpoint.address;
  const wire = onread === undefined ? openSocket(address) : openDirectSocket(address, onread);
  wire.on('error', ignore);
  const timer = clock.after(timeoutMs, () => {
    wire.destroy(new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`));
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
    // An error of the lowest socket is the cause of the errors of the layers above it.
    throw wire.errored ?? error;
  }
}

/** Rejects a server that did not negotiate HTTP/2 by ALPN. */
function requireHttp2(socket: TLSSocket): void {
  if (socket.alpnProtocol !== 'h2') throw new ClassifiedError('protocol', 'the server does not support HTTP/2');
}

async function secure(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  const tls = connectTls({ ...options, socket });
  // Without this, Node leaves a TLS socket open when the received bytes cannot be decrypted, and the request never
  // ends.
  tls.on('error', (error) => tls.destroy(error));
  await ready(tls, 'secureConnect');
  return tls;
}

async function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new ClassifiedError('reset', 'the connection closed before it was established')));
  });
}

/** Prevents an unhandled `error` event. The failure reaches the request by other means. */
function ignore(): void {}

/**
 * Sends CONNECT to the proxy at the other end of `socket`. Rejects with the class of the status when the proxy refuses,
 * or with the connection's error.
 */
async function openTunnel(socket: Socket, { authority, headers }: Tunnel): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const connect = request({ createConnection: () => socket, method: 'CONNECT', path: authority, headers });
    connect.once('error', reject);
    connect.once('response', (response) => reject(refusal(response.statusCode)));
    connect.once('connect', (response, _socket, head) => {
      if (response.statusCode !== 200) {
        reject(refusal(response.statusCode));
      } else {
        // An HTTP/2 server may send its SETTINGS first.
        if (head.length > 0) socket.unshift(head);
        resolve();
      }
    });
    connect.end();
  });
}

function refusal(status = 0): ClassifiedError {
  return new ClassifiedError(classOf(status), `the proxy answered CONNECT with HTTP ${status}`);
}

/** Error class of the proxy's status. Statuses other than 4xx and 5xx are not valid refusals of CONNECT. */
function classOf(status: number): ErrorClass {
  if (status >= 500 && status <= 599) return 'status_5xx';
  return status >= 400 && status <= 499 ? 'status_4xx' : 'protocol';
}
