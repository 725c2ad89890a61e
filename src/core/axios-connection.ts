import type { AxiosRequestConfig } from 'axios';
import { axiosProxy } from './axios-proxy.ts';
import { agentOptions, type AgentPairOptions, routedAgents } from './routed-agents.ts';
import type { Destination } from './secrets.ts';
import { overriddenIdentity } from './server-name.ts';
import type { TlsOptions } from './target.ts';

/** TLS as it is where nothing else was asked for: verified, without a certificate of the client. */
export const DEFAULT_TLS: TlsOptions = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: false,
};

/** Options that hold for every request of ours through axios. */
export const AXIOS_OPTIONS = {
  // A POST would become a GET without its body, and credentials would go elsewhere.
  maxRedirects: 0,
  maxBodyLength: Infinity,
  // Each request has a signal that bounds the whole exchange; axios' own would begin anew with every byte.
  timeout: 0,
  decompress: true,
  validateStatus: () => true,
} as const satisfies AxiosRequestConfig;

/** How a request's connection is made, and the bound on its answer in bytes. */
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

/** Options of the two agents. */
export function axiosAgentOptions(destination: Omit<Destination, 'headers'>): AgentPairOptions {
  return agentOptions(destination.url, tlsOptions(destination));
}

function tlsOptions({ url, tls, proxy }: Omit<Destination, 'headers'>): Parameters<typeof agentOptions>[1] {
  const { ca, cert, key, serverName, insecureSkipVerify } = tls;
  const given = Object.entries({ ca, cert, key }).filter(([, value]) => value !== undefined);
  // axios uses these options for the TLS to an https proxy too, which has a name of its own.
  const host = proxy?.startsWith('https:') === true ? undefined : new URL(url).hostname;
  const identity = host === undefined && serverName === undefined ? {} : overriddenIdentity(host ?? '', serverName);
  return { rejectUnauthorized: !insecureSkipVerify, ...identity, ...Object.fromEntries(given) };
}
