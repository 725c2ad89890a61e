import { BlockList, isIP } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';
import { httpUrlFault, PROXY_PARTS, type UrlFault } from '../http-url.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { redactUrl } from '../../shared/redact.ts';

/** Proxy of the environment for a URL, or the reason why it cannot be used. */
interface EnvironmentProxy {
  readonly proxy: string | undefined;
  readonly fault: UrlFault | undefined;
}

/**
 * Finds the proxy of this process's environment for a URL; loopback hosts are always reached directly. A fault contains
 * no part of the proxy's URL.
 */
export function environmentProxy(url: string): EnvironmentProxy {
  const proxy = isLoopback(new URL(url).hostname) ? undefined : getProxyForUrl(url) || undefined;
  const fault = proxy === undefined ? undefined : httpUrlFault(proxy, PROXY_PARTS);
  if (fault === undefined) return { proxy, fault };
  const hint = [fault.hint, 'change HTTP_PROXY, HTTPS_PROXY or ALL_PROXY']
    .filter((part) => part !== undefined)
    .join('; ');
  const message = `the environment's proxy for ${redactUrl(url)} ${fault.message}`;
  return { proxy: undefined, fault: { message, hint } };
}

/**
 * The same, as an exception.
 * @throws {LoadbotError} `config_invalid`
 */
export function requireEnvironmentProxy(url: string): string | undefined {
  const { proxy, fault } = environmentProxy(url);
  if (fault === undefined) return proxy;
  throw new LoadbotError('config_invalid', fault.message, fault.hint === undefined ? {} : { hint: fault.hint });
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  const version = isIP(host);
  return version !== 0 && loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
