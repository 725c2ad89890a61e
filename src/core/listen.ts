import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Clock } from './clock.ts';
import { LoadbotError, messageOf } from './errors.ts';

/** Where a server of ours is to listen, and what people are told when it cannot. */
export interface Listening {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What the port is for, after "so": `the metrics cannot be served there`. */
  readonly consequence: string;
  /** How to choose another port. */
  readonly hint: string;
  /** Connections that may wait to be accepted; Node's own number when left out. */
  readonly backlog?: number;
}

/**
 * Opens the port; returns its number, which is only news for port 0.
 * @throws {LoadbotError} `port_in_use`; `config_invalid` for a host or port that cannot be had
 */
export async function listen(server: Server, { host, port, consequence, hint, backlog }: Listening): Promise<number> {
  try {
    server.listen({ host, port, ...(backlog === undefined ? {} : { backlog }) });
    await once(server, 'listening');
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    throw new LoadbotError(
      taken ? 'port_in_use' : 'config_invalid',
      `port ${port} on ${host} ${taken ? 'is taken' : `cannot be had (${messageOf(cause)})`}, so ${consequence}`,
      { hint, cause },
    );
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** How long connections may take to end by themselves; answers under way are short. */
const CLOSE_MS = 500;

/** Closes the port and every connection. */
export async function closeServer(server: Server, clock: Clock): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const timer = clock.after(CLOSE_MS, () => server.closeAllConnections());
  await closed;
  timer.cancel();
}
