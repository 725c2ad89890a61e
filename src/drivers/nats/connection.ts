import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../shared/clock.ts';
import { openSocket, tcpAddress } from '../../shared/network/routed-socket.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { ServerAddress } from '../server-list.ts';
import { keepsConnection, type NatsError, serverError } from './errors.ts';
import { type NatsMessage, type ProtocolHandler, ProtocolReader } from './protocol-reader.ts';
import type { NatsDriverSettings } from './settings.ts';

/** Receives the events of a connection. */
export interface NatsListener {
  /** The lowest socket (below TLS) has been created. It has not transferred any byte yet. */
  opening(wire: Socket): void;
  message(message: NatsMessage): void;
  /** The server has processed everything that was sent before the last ping. */
  pong(): void;
  /** The server refused an operation, and keeps the connection. */
  refused(error: NatsError): void;
  /** The open connection is unusable. */
  lost(error: unknown): void;
}

/** Options of a connection. */
export interface NatsConnectionOptions {
  readonly settings: NatsDriverSettings;
  /** Connect timeout, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Properties of a server, sent when a connection opens. */
interface ServerInfo {
  readonly max_payload?: number;
  readonly headers?: boolean;
  readonly tls_required?: boolean;
  readonly tls_available?: boolean;
  readonly nonce?: string;
}

/** Number of the subscription of replies. */
export const INBOX_SID = '1';
const DEFAULT_MAX_PAYLOAD = 1024 * 1024;

/** A connection to a NATS server, from connect to destroy. It never reconnects, and stores nothing for later. */
export class NatsConnection implements ProtocolHandler {
  readonly #options: NatsConnectionOptions;
  readonly #server: ServerAddress;
  /** Subject of replies, without its last token. */
  readonly #inbox: string;
  /** `undefined` after `destroy`: late events are ignored. */
  #listener: NatsListener | undefined;
  readonly #reader = new ProtocolReader(this);
  #wire: Socket | undefined;
  #socket: Socket | undefined;
  #state: 'connecting' | 'greeted' | 'ready' = 'connecting';
  #settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  maxPayload = DEFAULT_MAX_PAYLOAD;
  /** Whether the server supports headers. */
  hasHeaders = false;

  constructor(options: NatsConnectionOptions, server: ServerAddress, inbox: string, listener: NatsListener) {
    this.#options = options;
    this.#server = server;
    this.#inbox = inbox;
    this.#listener = listener;
  }

  get ready(): boolean {
    return this.#state === 'ready' && this.#listener !== undefined;
  }

  /** Connects, authenticates and subscribes to replies. @throws the error, for `classifyNatsError` */
  async open(): Promise<void> {
    const { timeoutMs, clock, settings } = this.#options;
    const { host, port } = this.#server;
    const wire = openSocket(tcpAddress(host, port, timeoutMs));
    this.#wire = wire;
    this.#listener?.opening(wire);
    const timer = clock.after(timeoutMs, () =>
      this.#fail(new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`)),
    );
    const opened = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#follow(wire);
    if (settings.tlsFirst) wire.once('connect', () => this.#secure());
    await opened.finally(() => timer.cancel());
  }

  /** @param written called when the operating system has taken the bytes, or with an error */
  write(bytes: Buffer | string, written?: (error?: Error | null) => void): void {
    this.#socket?.write(bytes, written);
  }

  /** Closes the connection at once, in any state. */
  destroy(): void {
    this.#listener = undefined;
    this.#settle?.reject(new ClassifiedError('reset', 'the connection closed before it was established'));
    this.#settle = undefined;
    this.#socket?.destroy();
    this.#wire?.destroy();
  }

  info(text: string): void {
    const info = parseInfo(text);
    this.maxPayload = info.max_payload ?? this.maxPayload;
    this.hasHeaders = info.headers === true;
    if (this.#state !== 'connecting') return; // a change in the cluster
    const { tls, tlsFirst } = this.#options.settings;
    const offersTls = info.tls_required === true || info.tls_available === true;
    if (tls === undefined && info.tls_required === true)
      throw new ClassifiedError('tls', 'the server demands TLS: write tls:// instead of nats://');
    if (tls !== undefined && !tlsFirst && !offersTls)
      throw new ClassifiedError('tls', 'the server does not offer TLS: write nats:// instead of tls://');
    this.#state = 'greeted';
    if (tls === undefined || tlsFirst) this.#greet(info);
    else this.#secure(info);
  }

  message(message: NatsMessage): void {
    this.#listener?.message(message);
  }

  ping(): void {
    this.write('PONG\r\n');
  }

  pong(): void {
    if (this.#state === 'ready') {
      this.#listener?.pong();
      return;
    }
    this.#state = 'ready';
    this.#settle?.resolve();
    this.#settle = undefined;
  }

  fault(text: string): void {
    const error = serverError(text);
    if (this.#state === 'ready' && keepsConnection(error)) this.#listener?.refused(error);
    else this.#fail(error);
  }

  /** Begins TLS on the socket, and then authenticates if the server has sent its first line. */
  #secure(info?: ServerInfo): void {
    const { settings } = this.#options;
    const wire = this.#wire!; // set by open
    wire.removeAllListeners('data').removeAllListeners('close');
    const tls = connectTls({ ...settings.tls?.(this.#server.host), socket: wire });
    // Without this, Node leaves a TLS socket open when the received bytes cannot be decrypted.
    tls.on('error', (error) => tls.destroy(error));
    this.#follow(tls);
    if (info !== undefined) tls.once('secureConnect', () => this.#greet(info));
  }

  #greet({ nonce = '' }: ServerInfo): void {
    const { authenticate, tls } = this.#options.settings;
    const options = {
      verbose: false,
      pedantic: false,
      headers: true,
      no_responders: true,
      lang: 'node',
      version: process.versions.node,
      name: 'loadbot-agent',
      protocol: 1,
      tls_required: tls !== undefined,
      ...authenticate(nonce),
    };
    this.write(`CONNECT ${JSON.stringify(options)}\r\nSUB ${this.#inbox}.* ${INBOX_SID}\r\nPING\r\n`);
  }

  #follow(socket: Socket): void {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      if (this.#listener === undefined || socket !== this.#socket) return;
      try {
        this.#reader.add(chunk);
      } catch (error) {
        this.#fail(error);
      }
    });
    let reason: Error | undefined;
    socket.on('error', (error) => (reason ??= error));
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      // An error of the lowest socket is the cause of the errors of TLS above it.
      this.#fail(this.#wire?.errored ?? reason ?? new ClassifiedError('reset', 'the server closed the connection'));
    });
  }

  #fail(error: unknown): void {
    const listener = this.#listener;
    const settle = this.#settle;
    this.#settle = undefined;
    this.destroy();
    if (settle !== undefined) settle.reject(error);
    else listener?.lost(error);
  }
}

/** @throws {ClassifiedError} of class `protocol` */
function parseInfo(text: string): ServerInfo {
  try {
    const info: unknown = JSON.parse(text);
    if (typeof info === 'object' && info !== null) return info;
  } catch {
    // as below
  }
  throw new ClassifiedError('protocol', 'the first line of the server is not of the NATS protocol');
}
