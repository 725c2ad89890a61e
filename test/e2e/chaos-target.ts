import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Outcome of a request to the target: ok, or an error of a class. */
export const FATES = ['ok', 'reset', 'protocol', 'status_4xx', 'status_5xx', 'check'] as const;
export type Fate = (typeof FATES)[number];

interface Behaviour {
  readonly fate: Fate;
  readonly bytes: string;
  /** What becomes of the connection; absent: it stays. */
  readonly after?: 'end' | 'reset';
  /** Each byte is written on its own. */
  readonly drips?: true;
}

const OK = 'HTTP/1.1 200 OK\r\n';
const BRACES = `${OK}Content-Length: 2\r\n\r\n{}`;
const CHUNKS = `${OK}Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n`;

/** Responses to a request; each determines the outcome of the request. */
export const BEHAVIOURS = {
  plain: { fate: 'ok', bytes: BRACES },
  chunks: { fate: 'ok', bytes: CHUNKS },
  'byte by byte': { fate: 'ok', bytes: CHUNKS, drips: true },
  'no content': { fate: 'ok', bytes: 'HTTP/1.1 204 No Content\r\n\r\n' },
  'informed first': { fate: 'ok', bytes: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${BRACES}` },
  'large head': { fate: 'ok', bytes: `${OK}X: ${'x'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n` },
  'large body': { fate: 'ok', bytes: `${OK}Content-Length: 200000\r\n\r\n${'x'.repeat(200_000)}` },
  'idle limit': { fate: 'ok', bytes: `${OK}Keep-Alive: timeout=0\r\nContent-Length: 0\r\n\r\n` },
  'told to close': { fate: 'ok', bytes: `${OK}Connection: close\r\nContent-Length: 2\r\n\r\n{}`, after: 'end' },
  'told to close, and left open': { fate: 'ok', bytes: `${OK}Connection: close\r\nContent-Length: 2\r\n\r\n{}` },
  'until the end': { fate: 'ok', bytes: `${OK}\r\nthe end is near`, after: 'end' },
  'HTTP/1.0': { fate: 'ok', bytes: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}', after: 'end' },
  'not modified': { fate: 'check', bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n' },
  'unknown status': { fate: 'check', bytes: 'HTTP/1.1 999 Huh\r\nContent-Length: 0\r\n\r\n' },
  'too many': { fate: 'status_4xx', bytes: 'HTTP/1.1 429 Slow Down\r\nContent-Length: 3\r\n\r\nno!' },
  broken: { fate: 'status_5xx', bytes: 'HTTP/1.1 500 Oh\r\n\r\nboom', after: 'end' },
  'reset at once': { fate: 'reset', bytes: '', after: 'reset' },
  'no answer': { fate: 'reset', bytes: '', after: 'end' },
  'half a head': { fate: 'reset', bytes: `${OK}Content-Le`, after: 'end' },
  'half a body': { fate: 'reset', bytes: `${OK}Content-Length: 100\r\n\r\nabc`, after: 'end' },
  'half a chunk': { fate: 'reset', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nabc`, after: 'end' },
  'another protocol': { fate: 'protocol', bytes: '220 smtp.example ready\r\n' },
  'no chunk': { fate: 'protocol', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\n` },
  'endless head': { fate: 'protocol', bytes: `${OK}X: ${'x'.repeat(70_000)}\r\n\r\n`, after: 'end' },
} as const satisfies Readonly<Record<string, Behaviour>>;

export type BehaviourName = keyof typeof BEHAVIOURS;

/** A server that goes through some behaviours, request by request, and counts them. */
export class ChaosTarget {
  /** Expected outcomes of the requests that arrived. */
  readonly fates: Record<Fate, number> = { ok: 0, reset: 0, protocol: 0, status_4xx: 0, status_5xx: 0, check: 0 };
  /** Bytes of requests. */
  receivedBytes = 0;
  /** Bytes of answers. */
  sentBytes = 0;
  readonly #behaviours: readonly Behaviour[];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #requests = 0;

  private constructor(names: readonly BehaviourName[]) {
    this.#behaviours = names.map((name) => BEHAVIOURS[name]);
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(names: readonly BehaviourName[]): Promise<ChaosTarget> {
    const target = new ChaosTarget(names);
    target.#server.listen(0, '127.0.0.1');
    await once(target.#server, 'listening');
    return target;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let received = '';
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data) => {
      this.receivedBytes += data.length;
      received += data.toString('latin1');
      // Clients do not pipeline, so remaining bytes start no request.
      const [head = '', body] = received.split('\r\n\r\n', 2);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || received.length < head.length + 4 + length) return;
      received = '';
      this.#answer(socket, this.#behaviours[this.#requests++ % this.#behaviours.length]!); // not empty
    });
  }

  #answer(socket: Socket, { fate, bytes, after, drips }: Behaviour): void {
    this.fates[fate]++;
    this.sentBytes += bytes.length;
    for (const piece of drips ? bytes : [bytes]) socket.write(piece, 'latin1');
    if (after === 'end') socket.end();
    else if (after === 'reset') socket.resetAndDestroy();
  }
}
