import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Behavior of a receiver for one request. Those that store it and lose the response cause a retry. */
export type Behaviour =
  | 'store'
  /** Stores, and responds slowly. */
  | 'slow'
  | 'status_503'
  | 'retry_after'
  | 'hang'
  /** Ends its side of the connection instead of answering. */
  | 'half_close'
  /** Stores, but the connection breaks within the status line. */
  | 'truncated_status'
  /** Stores, but resets the connection once it has read the body. */
  | 'reset_after_body';

/** A request as received, and its treatment. */
export interface SeenPush {
  readonly behaviour: Behaviour;
  readonly body: Buffer;
  readonly atMs: number;
}

const SLOW_MS = 300;
/** What `Retry-After` asks for. */
export const RETRY_AFTER_SECONDS = 2;

/**
 * A receiver in front of a real one that misbehaves by its script, one entry for each request, and stores when that is
 * used up. It really breaks its connections.
 * @param behind origin of the real one
 */
export async function startMisbehavingReceiver(behind: string, script: readonly Behaviour[]) {
  const seen: SeenPush[] = [];
  const left = [...script];
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const behaviour = left.shift() ?? 'store';
    seen.push({ behaviour, body, atMs: performance.now() });
    await behave(behaviour, () => forward(behind, request, body), response);
  }

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that arrived, in order. */
    seen,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function behave(behaviour: Behaviour, store: () => Promise<number>, response: ServerResponse): Promise<void> {
  const { socket } = response;
  switch (behaviour) {
    case 'store':
      response.writeHead(await store()).end();
      break;
    case 'slow':
      response.writeHead(await store());
      await sleep(SLOW_MS);
      response.end();
      break;
    case 'status_503':
      response.writeHead(503).end('busy');
      break;
    case 'retry_after':
      response.writeHead(429, { 'retry-after': String(RETRY_AFTER_SECONDS) }).end();
      break;
    case 'hang':
      break;
    case 'half_close':
      socket?.end();
      break;
    case 'truncated_status':
      await store();
      socket?.write('HTTP/1.1 20', () => socket.destroy());
      break;
    case 'reset_after_body':
      await store();
      socket?.resetAndDestroy();
      break;
  }
}

async function forward(
  behind: string,
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
): Promise<number> {
  const kept = {
    'content-type': String(headers['content-type']),
    'content-encoding': String(headers['content-encoding']),
  };
  const response = await fetch(behind + url, { method, headers: kept, body: new Uint8Array(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the real receiver answers ${response.status}`);
  return response.status;
}
