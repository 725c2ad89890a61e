import { hostname } from 'node:os';
import type { Bus } from '../bus/bus.ts';
import { whoSubject } from '../subjects.ts';
import { decodeHello, encodeWho, type Hello } from '../wire/messages/hello.ts';
import { WireError } from '../wire/wire-error.ts';

/** Time for answers in milliseconds. */
const ANSWERS_MS = 1000;

/** An agent of a fleet, as `fleet` shows it. */
export type FleetListing = Pick<
  Hello,
  'name' | 'host' | 'version' | 'cores' | 'threads' | 'drivers' | 'labels' | 'run'
> & {
  readonly state: Hello['state'] | 'other protocol';
};

/** Asks all agents of a pool who they are; ordered by name. @throws {BusError} */
export async function listAgents(bus: Bus, pool: string, version: string): Promise<readonly FleetListing[]> {
  const found: FleetListing[] = [];
  await bus.requestMany(whoSubject(pool), encodeWho({ coordinator: hostname(), version }), ANSWERS_MS, (data) => {
    try {
      found.push(listingOf(decodeHello(data)));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  });
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function listingOf(decoded: ReturnType<typeof decodeHello>): FleetListing {
  if ('foreign' in decoded) {
    const { name, host, version } = decoded.foreign;
    return { name, host, version, cores: 0, threads: 0, drivers: [], labels: {}, run: null, state: 'other protocol' };
  }
  const { name, host, version, cores, threads, drivers, labels, run, state } = decoded.hello;
  return { name, host, version, cores, threads, drivers, labels, run, state };
}
