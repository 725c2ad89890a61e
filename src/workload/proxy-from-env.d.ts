declare module 'proxy-from-env' {
  /** URL of the proxy for a URL by the environment of this process; empty text: none. */
  export function getProxyForUrl(url: string | URL): string;
}
