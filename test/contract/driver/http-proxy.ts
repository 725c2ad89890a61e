import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A small forward proxy: absolute-form requests and CONNECT. */
export class HttpProxy {
  readonly #server: Server;
  /** Request lines it has seen. */
  readonly seen: string[] = [];
  /** Credentials it has been given. */
  readonly authorizations: (string | undefined)[] = [];
  /** Answered to CONNECT instead of a tunnel, when set. */
  refuseWith: number | undefined;

  /** @param tls certificate and key, for TLS between clients and the proxy itself */
  constructor(tls?: { readonly cert: string; readonly key: string }) {
    const forward: RequestListener = (incoming, outgoing) => {
      this.#note(incoming);
      const { method, headers } = incoming;
      const forwarded = request(incoming.url ?? '', { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on('error', () => outgoing.destroy());
      outgoing.on('close', () => forwarded.destroy());
      incoming.pipe(forwarded);
    };
    this.#server = tls === undefined ? createServer(forward) : createSecureServer(tls, forward);
    this.#server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
      this.#note(incoming);
      client.on('error', ignore);
      if (this.refuseWith !== undefined) {
        client.end(`HTTP/1.1 ${this.refuseWith} No\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      const [host = '', port] = (incoming.url ?? '').split(':');
      const server = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        server.write(head);
        server.pipe(client);
        client.pipe(server);
      });
      server.on('error', () => client.destroy()).on('close', () => client.destroy());
      client.on('close', () => server.destroy());
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #note(incoming: IncomingMessage): void {
    this.seen.push(`${incoming.method} ${incoming.url}`);
    this.authorizations.push(incoming.headers['proxy-authorization']);
  }
}

function ignore(): void {}
