import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { LoadbotError, messageOf } from '../core/errors.ts';
import { closeServer } from '../exporters/pull/listen.ts';
import { createControlHandler } from './control-handler.ts';
import { type Controlled, createRoutes } from './control-routes.ts';

/** An open control API. */
export interface ControlApi {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

interface ControlApiSurroundings {
  readonly clock: Clock;
  /** One line for people. */
  warn(message: string): void;
}

/** Whoever can reach it can stop the run, so nobody beyond this machine can. */
const HOST = '127.0.0.1';

/** A client has this long for its whole request, and this much room for its headers. */
const LIMITS = {
  requestTimeout: 5000,
  headersTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 8192,
};

/**
 * Opens the control API: `GET /status` and `POST /stop` for who is on this machine.
 * @param port 0: any free one
 * @throws {LoadbotError} `port_in_use`; `config_invalid` for a port that cannot be had
 */
export async function openControlApi(
  port: number,
  controlled: Controlled,
  surroundings: ControlApiSurroundings,
): Promise<ControlApi> {
  const server = createServer(LIMITS, createControlHandler(createRoutes(controlled)));
  const openPort = await listen(server, port);
  // A connection that cannot be accepted is no reason for a run to end.
  server.on('error', (error) => surroundings.warn(`control API: ${messageOf(error)}`));
  return { url: `http://${HOST}:${openPort}`, close: () => closeServer(server, surroundings.clock) };
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (cause) {
    throw explain(cause, port);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function explain(cause: unknown, port: number): LoadbotError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
    const message = `port ${port} on ${HOST} is taken, so the control API cannot be opened there`;
    const hint =
      'another agent may hold it: choose another one with -p/--port (0: any free one), or `agent.port` in the workload file';
    return new LoadbotError('port_in_use', message, { hint, cause });
  }
  const message = `the control API cannot be opened on port ${port}: ${messageOf(cause)}`;
  return new LoadbotError('config_invalid', message, { hint: 'choose another one with -p/--port', cause });
}
