const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a Host header names this machine's loopback. A page in a browser can make its own name lead to 127.0.0.1 (DNS
 * rebinding) and would then pass for a local one, but the browser still sends that name.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK.test(host);
}
