import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { LoopbackServer } from '../loopback-server.ts';

const certificate = (name: string): Buffer => readFileSync(new URL(`../certificates/${name}.pem`, import.meta.url));

/**
 * A NATS server in this process that answers each request itself: even consumers of JetStream with a message of `size`
 * bytes, odd ones with 404.
 */
export class FakeNatsServer extends LoopbackServer {
  readonly #size: number;
  readonly #isSecure: boolean;
  /** Requests so far. */
  served = 0;

  private constructor(size: number, isSecure: boolean) {
    super();
    this.#size = size;
    this.#isSecure = isSecure;
  }

  static start(size: number, isSecure: boolean): Promise<FakeNatsServer> {
    return new FakeNatsServer(size, isSecure).listen();
  }

  protected override accept(socket: Socket): void {
    socket.write(`INFO ${JSON.stringify({ max_payload: 1e6, headers: true, tls_required: this.#isSecure })}\r\n`);
    if (!this.#isSecure) {
      this.#serve(socket);
      return;
    }
    const [cert, key] = [certificate('server'), certificate('server-key')];
    this.#serve(new TLSSocket(socket, { isServer: true, cert, key }).on('error', () => socket.destroy()));
  }

  #serve(socket: Socket): void {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      for (;;) {
        const [line] = /^.*?\r\n/s.exec(text) ?? [];
        if (line === undefined) return;
        const [operation, subject = '', reply = '', size = '0'] = line.trim().split(' ');
        const length = operation === 'PUB' ? line.length + Number(size) + 2 : line.length;
        if (text.length < length) return;
        text = text.slice(length);
        if (operation === 'PING') socket.write('PONG\r\n');
        if (operation === 'PUB') this.#answer(socket, subject, reply);
      }
    });
  }

  #answer(socket: Socket, subject: string, reply: string): void {
    this.served++;
    const status = 'NATS/1.0 404 No Messages\r\n\r\n';
    if (/[13579]$/.test(subject)) socket.write(`HMSG ${reply} 1 ${status.length} ${status.length}\r\n${status}\r\n`);
    else socket.write(`MSG ${reply} 1 ${this.#size}\r\n${'x'.repeat(this.#size)}\r\n`);
  }
}
