/** Whether a host is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return /^(localhost|::1|\[::1\]|127(\.\d{1,3}){3})$/i.test(host);
}

/**
 * Returns a note for the address of a server on a loopback host; empty for other hosts.
 * @param remedy how to make it reachable
 */
export function loopbackNote(host: string, remedy: string): string {
  return isLoopback(host) ? ` (loopback only; ${remedy})` : '';
}
