import { BlockList, isIP } from 'node:net';
import { withoutBrackets } from './server-name.ts';

let list: BlockList | undefined;

/** Creates the list of loopback addresses. */
function createList(): BlockList {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback;
}

/** Whether a host is reachable from this machine only: `localhost`, or a loopback address, in brackets or not. */
export function isLoopback(host: string): boolean {
  const address = withoutBrackets(host);
  const version = isIP(address);
  if (version === 0) return address.toLowerCase() === 'localhost';
  list ??= createList();
  return list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Returns a note for the address of a server on a loopback host; empty for other hosts.
 * @param remedy how to make it reachable
 */
export function loopbackNote(host: string, remedy: string): string {
  return isLoopback(host) ? ` (loopback only; ${remedy})` : '';
}
