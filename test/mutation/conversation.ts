import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Responses of a server by the kind of request; `''`: unsolicited data. */
export type Answers = Map<string, Buffer>;

/** The kind of a request: equal for requests with the same response. `undefined`: no response. */
export type KindOf = (sent: Buffer) => string | undefined;

/** Listens on loopback and records the responses of a real server by request. */
export async function startRecorder(
  serverPort: number,
  kindOf: KindOf,
): Promise<{ readonly port: number; readonly answers: Answers; stop(): Promise<void> }> {
  const answers: Answers = new Map();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1').setNoDelay(true);
    let kind: string | undefined = '';
    let answer = Buffer.alloc(0);
    client.setNoDelay(true).on('data', (bytes) => {
      kind = kindOf(bytes);
      answer = Buffer.alloc(0);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes]);
      if (kind !== undefined) answers.set(kind, answer);
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  const port = await listen(server);
  return { port, answers, stop: () => close(server, new Set()) };
}

/** Changes a response; `undefined`: it is sent as recorded. */
type Damage = (answer: Buffer, kind: string) => Buffer | undefined;

export interface ReplayOptions {
  readonly answers: Answers;
  readonly kindOf: KindOf;
  readonly damage: Damage;
  /** Adapts a response to its request, such as the request number. */
  readonly fit?: (answer: Buffer, sent: Buffer) => Buffer;
  /**
   * Milliseconds that a client may take to find that an answer makes no sense, before its connection ends as that of a
   * server in disorder.
   */
  readonly patienceMs?: number;
}

/** Plays a recorded server, some of whose answers are damaged. */
export async function startReplay({
  answers,
  kindOf,
  damage,
  fit = (answer) => answer,
  patienceMs = 5,
}: ReplayOptions): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.setNoDelay(true);
    let timer: NodeJS.Timeout | undefined;
    const send = (answer: Buffer, kind: string): void => {
      const damaged = damage(answer, kind);
      client.write(damaged ?? answer);
      if (damaged !== undefined) timer = setTimeout(() => client.destroy(), patienceMs);
    };
    client
      .on('error', () => undefined)
      .on('close', () => {
        clients.delete(client);
        clearTimeout(timer);
      })
      .on('data', (sent) => {
        clearTimeout(timer);
        const kind = kindOf(sent);
        if (kind === undefined) return;
        const answer = answers.get(kind);
        // A client that was led astray; a server would not understand it.
        if (answer === undefined) client.destroy();
        else send(fit(answer, sent), kind);
      });
    const greeting = answers.get('');
    if (greeting !== undefined) send(greeting, '');
  });
  const port = await listen(server);
  return { port, stop: () => close(server, clients) };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server, clients: ReadonlySet<Socket>): Promise<void> {
  for (const client of clients) client.destroy();
  server.close();
  await once(server, 'close');
}
