import { Agent as HttpAgent, type AgentOptions as HttpAgentOptions } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, type RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressBook } from './address-book.ts';
import { withoutBrackets, overriddenIdentity } from './server-name.ts';
import type { AxiosProxyConfig, AxiosRequestConfig } from 'axios';
import { decodeUserinfo } from './userinfo.ts';
import type { Destination, TlsOptions } from './destination.ts';

/** Default TLS options: verified, without a client certificate. */
export const DEFAULT_TLS: TlsOptions = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: false,
};

/** Options of every request through axios. */
export const AXIOS_OPTIONS = {
  // A redirect would turn a POST into a GET without its body, and would send credentials to another host.
  maxRedirects: 0,
  maxBodyLength: Infinity,
  // Each request has a signal that limits the whole exchange; the timeout of axios restarts with every byte.
  timeout: 0,
  decompress: true,
  validateStatus: () => true,
} as const satisfies AxiosRequestConfig;

/** Returns the connection options of a request, with a limit for its response in bytes. */
export function axiosConnection(
  destination: Omit<Destination, 'headers'>,
  maxContentLength: number,
): AxiosRequestConfig {
  const { proxy } = destination;
  return {
    ...AXIOS_OPTIONS,
    ...routedAgents(axiosAgentOptions(destination)),
    proxy: proxy === undefined ? false : axiosProxy(proxy),
    maxContentLength,
  };
}

/** Returns the options of the two agents. */
export function axiosAgentOptions(destination: Omit<Destination, 'headers'>): AgentPairOptions {
  return agentOptions(destination.url, tlsOptions(destination));
}

function tlsOptions({ url, tls, proxy }: Omit<Destination, 'headers'>): Parameters<typeof agentOptions>[1] {
  const { ca, cert, key, serverName, insecureSkipVerify } = tls;
  const given = Object.entries({ ca, cert, key }).filter(([, value]) => value !== undefined);
  // axios also applies these options to the TLS connection to an https proxy, which has a different name.
  const host = proxy?.startsWith('https:') === true ? undefined : new URL(url).hostname;
  const identity = host === undefined && serverName === undefined ? {} : overriddenIdentity(host ?? '', serverName);
  return { rejectUnauthorized: !insecureSkipVerify, ...identity, ...Object.fromEntries(given) };
}

/**
 * Converts a proxy URL to the options of axios, which does not accept URLs.
 * @param url with credentials
 */
function axiosProxy(url: string): AxiosProxyConfig {
  const { protocol, hostname, port, username, password } = new URL(url);
  return {
    protocol,
    host: hostname,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    ...(username !== '' && {
      auth: { username: decodeUserinfo(username), password: decodeUserinfo(password) },
    }),
  };
}

type Created = (error: Error | null, stream: Duplex) => void;

/** Passes the connections of an agent to the address book. */
function followed<A extends HttpAgent>(agent: A): A {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options: RequestOptions, callback?: Created) => {
    const stream = connect(options, callback);
    if (stream instanceof Socket) addressBook.trackSocket(stream);
    return stream;
  };
  return agent;
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
function agentOptions(url: string, tls: AgentOptions): AgentPairOptions {
  const { hostname, port, protocol } = new URL(url);
  const route = addressBook.route(withoutBrackets(hostname), Number(port) || (protocol === 'https:' ? 443 : 80));
  const shared = { keepAlive: false, maxSockets: Infinity, ...route };
  return { http: shared, https: { ...shared, ...tls } };
}

/** Creates the two agents of axios. */
function routedAgents({ http, https }: AgentPairOptions): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  return { httpAgent: followed(new HttpAgent(http)), httpsAgent: followed(new HttpsAgent(https)) };
}
