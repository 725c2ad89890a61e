import { connect, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';

/** A message that a responder has received. */
export interface ReceivedRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** A client of NATS's own library beside the load: answers requests, counts messages, and manages streams. */
export class NatsClient {
  readonly connection: NatsConnection;
  /** Messages of `echo` and `count`. */
  readonly received: ReceivedRequest[] = [];
  /** Time from a request to its reply, as this process measured it, in milliseconds. */
  readonly durationsMs: number[] = [];

  private constructor(connection: NatsConnection) {
    this.connection = connection;
  }

  static async connect(port: number, user?: { readonly user: string; readonly pass: string }): Promise<NatsClient> {
    return new NatsClient(await connect({ servers: `127.0.0.1:${port}`, ...user }));
  }

  /** Answers each request with its own data, after `delayMs(n)` milliseconds; NaN: never. */
  async echo(subject: string, delayMs: (n: number) => number = () => 0): Promise<void> {
    await this.#subscribe(subject, (message, n) => {
      const delay = delayMs(n);
      const startMs = performance.now();
      const respond = (): void => {
        message.respond(message.data);
        this.durationsMs.push(performance.now() - startMs);
      };
      if (delay > 0) setTimeout(respond, delay);
      else if (!Number.isNaN(delay)) respond();
    });
  }

  /** Counts the messages of a subject. */
  count(subject: string): Promise<void> {
    return this.#subscribe(subject, () => undefined);
  }

  async #subscribe(subject: string, onMessage: (message: Msg, n: number) => void): Promise<void> {
    this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (error !== null) throw error;
        this.received.push({ subject: message.subject, data: message.data, headers: message.headers });
        onMessage(message, this.received.length - 1);
      },
    });
    await this.connection.flush();
  }

  manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.connection);
  }

  /** Publishes messages to a stream. */
  async fill(subject: string, count: number): Promise<void> {
    const client = jetstream(this.connection);
    for (let n = 0; n < count; n++) await client.publish(subject, `message ${n}`);
  }
}
