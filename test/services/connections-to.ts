import { readFile } from 'node:fs/promises';

const ESTABLISHED = '01';

/** Established IPv4 connections to a port of this machine, counted at the server's end. */
export async function connectionsTo(port: number): Promise<number> {
  const [, ...lines] = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n');
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return lines.filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(wanted) === true && state === ESTABLISHED;
  }).length;
}
