import { createServer } from 'node:http';
import type { Clock } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';
import { limitConnections, closeServer, listen } from '../shared/network/listen.ts';
import { type ControlAccess, createAccessRules, LOOPBACK_ACCESS } from './control/access.ts';
import { withOpenApi } from './control/openapi.ts';
import { createControlHandler } from './control-handler.ts';
import type { ControlRoutes } from './control-routes.ts';

/** An open control API. */
export interface ControlApi {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

interface ControlApiOptions {
  readonly clock: Clock;
  /** One line for people. */
  warn(message: string): void;
  /** Default: loopback, without a token. */
  readonly access?: ControlAccess | undefined;
}

/** Limits of a client's request: time for all of it, and size of its headers. */
const LIMITS = {
  requestTimeout: 5000,
  headersTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 8192,
};
const MAX_CONNECTIONS = 100;

/**
 * Opens the control API.
 * @param port 0: any free one
 * @throws {LoadbotError} `port_in_use`; `config_invalid` for an address that cannot be opened, or one beyond loopback
 *   without a token
 */
export async function openControlApi(
  port: number,
  routes: ControlRoutes,
  surroundings: ControlApiOptions,
): Promise<ControlApi> {
  const { clock, access = LOOPBACK_ACCESS } = surroundings;
  const { host } = access;
  const server = createServer(LIMITS, createControlHandler(withOpenApi(routes), createAccessRules(access), clock));
  limitConnections(server, MAX_CONNECTIONS, clock);
  const openPort = await listen(server, {
    host,
    port,
    consequence: 'the control API cannot be opened there',
    hint: 'another agent may hold it: choose another one with -p/--port (0: any free one), or `agent.port` in the workload file',
  });
  // A failed accept does not end the run.
  server.on('error', (error) => surroundings.warn(`control API: ${messageOf(error)}`));
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${openPort}`, close: () => closeServer(server, clock) };
}
