import { Agent as HttpAgent, type AgentOptions as HttpAgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, type RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressBook } from './address-book.ts';
import { withoutBrackets } from './server-name.ts';

type Created = (error: Error | null, stream: Duplex) => void;

class RoutedHttpAgent extends HttpAgent {
  override createConnection(options: ClientRequestArgs, callback?: Created): Duplex | null | undefined {
    return followed(super.createConnection(options, callback));
  }
}

class RoutedHttpsAgent extends HttpsAgent {
  override createConnection(options: RequestOptions, callback?: Created): Duplex | null | undefined {
    return followed(super.createConnection(options, callback));
  }
}

/** Options of agents for requests that are seconds apart. */
export interface AgentPairOptions {
  readonly http: HttpAgentOptions;
  readonly https: AgentOptions;
}

/**
 * Agent options for requests to a receiver, a server or an agent. Uses one connection per request: an idle connection
 * would be stale by the next request, and look like a failure.
 * @param url destination; its host may have several addresses
 * @param tls for https
 */
export function agentOptions(url: string, tls: AgentOptions): AgentPairOptions {
  const { hostname, port, protocol } = new URL(url);
  const route = addressBook.route(withoutBrackets(hostname), Number(port) || (protocol === 'https:' ? 443 : 80));
  const shared = { keepAlive: false, maxSockets: Infinity, ...route };
  return { http: shared, https: { ...shared, ...tls } };
}

/** Creates the two agents of axios. */
export function routedAgents({ http, https }: AgentPairOptions): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  return { httpAgent: new RoutedHttpAgent(http), httpsAgent: new RoutedHttpsAgent(https) };
}

function followed(stream: Duplex | null | undefined): Duplex | null | undefined {
  if (stream instanceof Socket) addressBook.trackSocket(stream);
  return stream;
}
