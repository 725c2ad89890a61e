import type { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { request } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import { openDirectSocket, openDirectTlsSocket, type ReadTarget } from '../../shared/network/direct-socket.ts';
import { openSocket } from '../../shared/network/routed-socket.ts';
import type { ErrorClass } from '../../shared/outcome.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { ByteCounters } from '../wire-meter.ts';
import type { Endpoint, Tunnel } from './endpoint.ts';
import { readChunks } from './read-chunks.ts';
import type { ResumableTls } from './resumable-tls.ts';
import { TlsWire } from './tls-wire.ts';

/** A connection that is opening or open. */
export interface ConnectionAttempt {
  /** The lowest socket. Destroying it closes all layers above. */
  readonly wire: Socket;
  /** Bytes on the wire; `undefined`: the same as the bytes of HTTP, which its user counts faster. */
  readonly traffic: ByteCounters | undefined;
  /** Resolves with the socket for HTTP; rejects when the connection fails. */
  readonly opened: Promise<Socket>;
}

/**
 * Opens a connection, layer by layer: TCP or unix socket, TLS to a proxy, its tunnel, TLS to the target. A TLS socket
 * that needs no layer below it opens its own connection, because only then it can read into a buffer of its owner.
 * @param timeoutMs bound on all layers together, in milliseconds
 * @param onread receives all bytes above the layers
 * @param resumable TLS session with the target; `undefined`: a full handshake, like that of an independent client
 */
export function connectSocket(
  endpoint: Endpoint,
  timeoutMs: number,
  clock: Clock,
  onread: ReadTarget,
  resumable?: ResumableTls,
): ConnectionAttempt {
  const { tls, isLayered } = endpoint;
  const address = endpoint.localAddresses?.bind(endpoint.address) ?? endpoint.address;
  if (isLayered) {
    const wire = openSocket(address);
    return follow(wire, wire, openLayers(endpoint, wire, onread, resumable), timeoutMs, clock);
  }
  if (tls === undefined) {
    const wire = openDirectSocket(address, onread);
    return follow(wire, undefined, openPlain(wire), timeoutMs, clock);
  }
  const wire = openDirectTlsSocket(address, { ...tls, session: resumable?.session }, onread);
  resumable?.follow(wire);
  return follow(wire, new TlsWire(wire), openSecure(wire, endpoint), timeoutMs, clock);
}

/** Ends an attempt after its timeout, and closes its layers when it fails. */
function follow(
  wire: Socket,
  traffic: ByteCounters | undefined,
  opening: Promise<Socket>,
  timeoutMs: number,
  clock: Clock,
): ConnectionAttempt {
  wire.on('error', ignore);
  const timer = clock.after(timeoutMs, () => {
    wire.destroy(new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`));
  });
  const opened = opening
    .catch((error: unknown) => {
      wire.destroy();
      // An error of the lowest socket is the cause of the errors of the layers above it.
      throw wire.errored ?? error;
    })
    .finally(() => timer.cancel());
  return { wire, traffic, opened };
}

async function openPlain(wire: Socket): Promise<Socket> {
  await ready(wire, 'connect');
  return wire;
}

async function openSecure(wire: TLSSocket, { http2 }: Endpoint): Promise<Socket> {
  await readySecure(wire);
  if (http2) requireHttp2(wire);
  return wire;
}

async function openLayers(
  endpoint: Endpoint,
  wire: Socket,
  onread: ReadTarget,
  resumable: ResumableTls | undefined,
): Promise<Socket> {
  await ready(wire, 'connect');
  let socket = wire;
  if (endpoint.proxyTls !== undefined) socket = await readySecure(connectTls({ ...endpoint.proxyTls, socket }));
  if (endpoint.tunnel !== undefined) await openTunnel(socket, endpoint.tunnel);
  if (endpoint.tls !== undefined) {
    const tls = connectTls({ ...endpoint.tls, session: resumable?.session, socket });
    resumable?.follow(tls);
    socket = await openSecure(tls, endpoint);
  }
  readChunks(socket, onread);
  return socket;
}

/** Rejects a server that did not negotiate HTTP/2 by ALPN. */
function requireHttp2(socket: TLSSocket): void {
  if (socket.alpnProtocol !== 'h2') throw new ClassifiedError('protocol', 'the server does not support HTTP/2');
}

/** Resolves after the handshake. */
async function readySecure(tls: TLSSocket): Promise<TLSSocket> {
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
