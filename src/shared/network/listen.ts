import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Clock } from '../clock.ts';
import { LoadbotError, messageOf } from '../errors.ts';

/** Listen options of a server of the agent, with the text of its error. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Consequence of a failure, after "so": `the metrics cannot be served there`. */
  readonly consequence: string;
  /** How to choose another port. */
  readonly hint: string;
  /** Length of the accept queue; default: Node's. */
  readonly backlog?: number;
}

/**
 * Listens on the port; returns its number, which differs from `port` for port 0.
 * @throws {LoadbotError} `port_in_use`; `config_invalid` for an invalid host or port
 */
export async function listen(
  server: Server,
  { host, port, consequence, hint, backlog }: ListenOptions,
): Promise<number> {
  try {
    server.listen({ host, port, ...(backlog === undefined ? {} : { backlog }) });
    await once(server, 'listening');
  } catch (cause) {
    const isInUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    throw new LoadbotError(
      isInUse ? 'port_in_use' : 'config_invalid',
      `cannot listen on ${address}: ${isInUse ? 'address already in use' : messageOf(cause)}, so ${consequence}`,
      { hint, cause },
    );
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Timeout for connections to end by themselves; responses in flight are short. */
const CLOSE_MS = 500;

/** Closes the port and all connections. */
export async function closeServer(server: Server, clock: Clock): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const timer = clock.after(CLOSE_MS, () => server.closeAllConnections());
  await closed;
  timer.cancel();
}
