import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import { LoadbotError, messageOf } from '../../core/errors.ts';

/** How long connections may take to end by themselves; answers under way are short. */
const CLOSE_MS = 500;

/**
 * Opens the port; returns its number, which is only news for port 0.
 * @throws {LoadbotError} `port_in_use`; `config_invalid` for a host or port that cannot be had
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw explain(error, host, port);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Closes the port and every connection. */
export async function closeServer(server: Server, clock: Clock): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const timer = clock.after(CLOSE_MS, () => server.closeAllConnections());
  await closed;
  timer.cancel();
}

function explain(error: unknown, host: string, port: number): LoadbotError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new LoadbotError('port_in_use', `port ${port} on ${host} is taken, so the metrics cannot be served there`, {
      hint: 'another agent may hold it, or Prometheus itself, whose own port is 9090: choose another one with --metrics_export_port (0: any free one)',
      cause: error,
    });
  }
  return new LoadbotError('config_invalid', `metrics cannot be served on ${host}:${port}: ${messageOf(error)}`, {
    hint: 'choose another --metrics_export_host or --metrics_export_port',
    cause: error,
  });
}
