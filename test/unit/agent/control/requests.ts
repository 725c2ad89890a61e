import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type ControlAccess, createAccessRules } from '../../../../src/agent/control/access.ts';
import { createControlHandler } from '../../../../src/agent/control-handler.ts';
import type { ControlRoutes } from '../../../../src/agent/control-routes.ts';
import { systemClock } from '../../../../src/shared/clock.ts';

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks as any program could, also as browsers and `fetch` would not. */
export async function ask(url: string, { method = 'GET', headers = {}, body = '' }: Question = {}) {
  const asked = httpRequest(url, { method, headers, agent: false });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Serves routes on loopback by the rules of any address; returns the base URL. */
export async function serve(routes: ControlRoutes, access: ControlAccess): Promise<string> {
  const server = createServer(createControlHandler(routes, createAccessRules(access), systemClock()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
