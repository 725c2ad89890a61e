import type { AxiosRequestConfig } from 'axios';
import { axiosProxy } from './axios-proxy.ts';
import { agentOptions, type AgentPairOptions, routedAgents } from './routed-agents.ts';
import type { Destination } from './destination.ts';
import { overriddenIdentity } from './server-name.ts';
import type { TlsOptions } from './destination.ts';

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
