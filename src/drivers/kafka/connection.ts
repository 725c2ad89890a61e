import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../shared/clock.ts';
import { openSocket, tcpAddress } from '../../shared/network/routed-socket.ts';
import { ClassifiedError } from '../classify-error.ts';
import { FrameReader } from '../frame-guard.ts';
import type { ServerAddress } from '../server-list.ts';
import type { KafkaApi } from './apis.ts';
import { authenticate } from './sasl.ts';
import type { KafkaSettings } from './settings.ts';
import { malformed, WireReader, WireWriter } from './wire.ts';

/** Options of a connection. */
export interface KafkaConnectionOptions {
  readonly settings: KafkaSettings;
  /** Connect timeout, and time that brokers have for a write, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Receives the events of a connection. */
export interface KafkaConnectionListener {
  /** The lowest socket (below TLS) has been created. It has not transferred any byte yet. */
  opening(wire: Socket): void;
  /** The connection is unusable. */
  lost(error: unknown): void;
}

interface PendingResponse {
  readonly resolve: (reader: WireReader) => void;
  readonly reject: (error: unknown) => void;
}

const LENGTH_BYTES = 4;
const LEAST_RESPONSE_BYTES = 4;
const MOST_RESPONSE_BYTES = 256 * 1024 * 1024;
const CLIENT_ID = 'loadbot-agent';

/** A connection to a broker with one request at a time. It never reconnects and never sends a request again. */
export class KafkaConnection {
  readonly #options: KafkaConnectionOptions;
  readonly #broker: ServerAddress;
  /** `undefined` after `destroy`: late events are ignored. */
  #listener: KafkaConnectionListener | undefined;
  readonly #frames = new FrameReader({
    headerBytes: LENGTH_BYTES,
    frameBytes(buffer, start) {
      const length = buffer.readInt32BE(start);
      if (length < LEAST_RESPONSE_BYTES || length > MOST_RESPONSE_BYTES) throw malformed();
      return LENGTH_BYTES + length;
    },
    check: () => undefined,
  });
  #wire: Socket | undefined;
  #socket: Socket | undefined;
  #correlation = 0;
  #pending: PendingResponse | undefined;
  #giveUp: (error: unknown) => void = () => undefined;
  ready = false;

  constructor(options: KafkaConnectionOptions, broker: ServerAddress, listener: KafkaConnectionListener) {
    this.#options = options;
    this.#broker = broker;
    this.#listener = listener;
  }

  /** Connects and authenticates. @throws the error, for `classifyKafkaError` */
  async open(): Promise<void> {
    const { timeoutMs, clock, settings } = this.#options;
    const { host, port } = this.#broker;
    const wire = openSocket(tcpAddress(host, port, timeoutMs));
    this.#wire = wire;
    this.#listener?.opening(wire);
    const timer = clock.after(timeoutMs, () =>
      this.#fail(new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`)),
    );
    const opening = new Promise<void>((resolve, reject) => {
      this.#giveUp = reject;
      const socket = settings.tls === undefined ? wire : connectTls({ ...settings.tls(host), socket: wire });
      // Without this, Node leaves a TLS socket open when the received bytes cannot be decrypted.
      if (socket !== wire) socket.on('error', (error) => socket.destroy(error));
      wire.on('error', ignore);
      this.#follow(socket);
      socket.once(socket === wire ? 'connect' : 'secureConnect', resolve);
    });
    try {
      await opening;
      if (settings.sasl !== undefined) await authenticate(settings.sasl, (api) => this.send(api));
      this.ready = this.#listener !== undefined;
    } finally {
      timer.cancel();
    }
  }

  /** Sends a request; none may be in flight. Rejects with its error, or that of the connection. */
  async send<Response>(api: KafkaApi<Response>): Promise<Response> {
    const response = new Promise<WireReader>((resolve, reject) => {
      if (this.#listener === undefined) reject(new ClassifiedError('reset', 'the connection was closed'));
      this.#pending = { resolve, reject };
      this.#write(api);
    });
    return api.read(await response);
  }

  /** Sends a request that has no response. Resolves when the operating system has taken it. */
  async post(api: KafkaApi<unknown>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#write(api, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Closes the connection at once, in any state. Pending requests reject. */
  destroy(error: unknown = new ClassifiedError('reset', 'the connection was closed')): void {
    this.#listener = undefined;
    this.ready = false;
    this.#giveUp(error);
    this.#pending?.reject(error);
    this.#pending = undefined;
    this.#socket?.destroy();
    this.#wire?.destroy();
  }

  #write({ key, version, body }: KafkaApi<unknown>, written?: (error?: Error | null) => void): void {
    const header = new WireWriter()
      .int16(key)
      .int16(version)
      .int32(++this.#correlation)
      .string(CLIENT_ID);
    this.#socket?.write(new WireWriter().bytes(header.raw(body).toBuffer()).toBuffer(), written);
  }

  #follow(socket: Socket): void {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      try {
        const whole = this.#frames.accept(chunk);
        if (whole !== undefined) this.#read(whole);
      } catch (error) {
        this.#fail(error);
      }
    });
    let reason: Error | undefined;
    socket.on('error', (error) => (reason ??= error));
    socket.on('close', () => {
      // An error of the lowest socket is the cause of the errors of TLS above it.
      this.#fail(this.#wire?.errored ?? reason ?? new ClassifiedError('reset', 'the broker closed the connection'));
    });
  }

  #read(frames: Buffer): void {
    for (let at = 0; at < frames.length;) {
      const end = at + LENGTH_BYTES + frames.readInt32BE(at);
      const reader = new WireReader(frames.subarray(at + LENGTH_BYTES, end));
      const pending = this.#pending;
      if (pending === undefined || reader.int32() !== this.#correlation) throw malformed();
      this.#pending = undefined;
      pending.resolve(reader);
      at = end;
    }
  }

  #fail(error: unknown): void {
    const listener = this.#listener;
    this.destroy(error);
    listener?.lost(error);
  }
}

function ignore(): void {}
