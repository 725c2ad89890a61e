import type { AxiosProxyConfig } from 'axios';
import { decodeUserinfo } from './userinfo.ts';

/** A proxy as axios takes it, which knows no URLs there. @param url with its credentials */
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
