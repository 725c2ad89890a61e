import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a server answers, by the kind of what a client sends; `''`: what it sends unasked. */
export type Answers = Map<string, Buffer>;

/** Tells what a client sends: equal for what has the same answer. `undefined`: it has none. */
export type KindOf = (sent: Buffer) => string | undefined;

/** Listens on loopback and notes what a real server answers to what. */
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

/** What an answer becomes on its way; `undefined`: it goes as it was recorded. */
type Damage = (answer: Buffer, kind: string) => Buffer | undefined;

export interface ReplayOptions {
  readonly answers: Answers;
  readonly kindOf: KindOf;
  readonly damage: Damage;
  /** Fits an answer to what it answers, such as the number of a request. */
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
