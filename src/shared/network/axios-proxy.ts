import type { AxiosProxyConfig } from 'axios';
import { decodeUserinfo } from './userinfo.ts';

/**
 * Converts a proxy URL to the options of axios, which does not accept URLs.
 * @param url with credentials
 */
export function axiosProxy(url: string): AxiosProxyConfig {
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
