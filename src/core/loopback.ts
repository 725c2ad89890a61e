/** Whether only this machine reaches a server that listens on a host. */
export function isLoopback(host: string): boolean {
  return /^(localhost|::1|\[::1\]|127(\.\d{1,3}){3})$/i.test(host);
}

/** What to add to the address of a server that listens on a host; empty where others reach it. @param remedy how they can */
export function loopbackNote(host: string, remedy: string): string {
  return isLoopback(host) ? ` (loopback only; ${remedy})` : '';
}
