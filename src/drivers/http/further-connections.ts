import { WireMeter } from '../wire-meter.ts';
import type { HttpConnection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';

/** Connections of one session to other hosts, beyond this number the oldest is closed: a server may redirect anywhere. */
const MOST = 32;

/** Creates a connection whose bytes `meter` counts. */
type Connect = (endpoint: Endpoint, meter: WireMeter) => HttpConnection;

/** Connections of a session beside its first one, by endpoint. They stay open for later requests. */
export class FurtherConnections {
  readonly #connect: Connect;
  readonly #meter: SessionMeter;
  readonly #open = new Map<Endpoint, HttpConnection>();

  constructor(connect: Connect, meter: SessionMeter) {
    this.#connect = connect;
    this.#meter = meter;
  }

  get(endpoint: Endpoint): HttpConnection {
    const known = this.#open.get(endpoint);
    if (known !== undefined) return known;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= MOST) this.drop(oldest);
    const connection = this.#connect(endpoint, this.#meter.further(endpoint));
    this.#open.set(endpoint, connection);
    return connection;
  }

  drop(endpoint: Endpoint): void {
    this.#open.get(endpoint)?.destroy();
    this.#open.delete(endpoint);
  }

  dropAll(): void {
    for (const endpoint of this.#open.keys()) this.drop(endpoint);
  }

  async close(): Promise<void> {
    const connections = [...this.#open.values()];
    this.dropAll();
    await Promise.all(connections.map((connection) => connection.closed()));
  }
}

/** Counts the bytes of all connections of a session. */
export class SessionMeter extends WireMeter {
  /** Counters of further connections; `undefined`: there are none. */
  #further: Map<Endpoint, WireMeter> | undefined;

  /** Counter of a further connection, which continues after a reconnect. */
  further(endpoint: Endpoint): WireMeter {
    this.#further ??= new Map();
    const meter = this.#further.get(endpoint) ?? new WireMeter();
    this.#further.set(endpoint, meter);
    return meter;
  }

  override read(): void {
    super.read();
    if (this.#further === undefined) return;
    for (const meter of this.#further.values()) {
      meter.read();
      this.sentBytes += meter.sentBytes;
      this.receivedBytes += meter.receivedBytes;
    }
  }
}
