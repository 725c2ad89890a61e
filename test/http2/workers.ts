import { setMaxListeners } from 'node:events';
import { onTestFinished } from 'vitest';
import type { Operation, Session } from '../../src/drivers/driver.ts';
import { httpDriver } from '../../src/drivers/http/http-driver.ts';
import { Probe } from '../../src/driver-kit/probe.ts';
import { sampleOptions } from '../../src/driver-kit/sample-options.ts';
import type { HttpOptions } from '../../src/plan/target.ts';
import { certificate } from '../certificates/certificates.ts';
import { ticketMaterials } from '../contract/driver/http-options.ts';

/** TLS options of connections that trust the authority of the tests. */
export const TLS: HttpOptions['tls'] = {
  ca: certificate('ca'),
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: false,
};

/** All of a response. */
export const NEEDS = { headers: true, body: true, maxBytes: 8 * 1024 * 1024 };

/** Time after which a request that has not ended fails its test. */
const PATIENCE_MS = 120_000;

interface Workers {
  readonly probes: readonly Probe[];
  readonly sessions: readonly Session[];
}

/** An operation of a job, and its HTTP form beside the options of the connection. */
export type HttpOperation = Partial<Omit<Operation, 'http'>> & { readonly http?: Partial<HttpOptions> };

/**
 * Opens the workers of a job over HTTP/2 for the rest of the test.
 * @param options of the connection; `streams` is the number of workers that share one
 * @param operations of the job; a read of the ticket's document by default. `#n` becomes the ticket number.
 */
export async function openWorkers(
  url: string,
  workers: number,
  options: Partial<HttpOptions>,
  operations: readonly HttpOperation[] = [{}],
): Promise<Workers> {
  const target = { driver: 'http', url, secretUrl: undefined };
  const settings = { http: { version: 2, ...options }, sessions: workers } as const;
  const { http: connection } = sampleOptions(target, [], settings);
  const driver = httpDriver(
    sampleOptions(
      target,
      operations.map(({ http, ...operation }) => ({
        materials: ticketMaterials,
        ...operation,
        http: { ...connection, ...http },
      })),
      settings,
    ),
  );
  const { signal } = new AbortController();
  setMaxListeners(workers, signal);
  const sessions = await Promise.all(Array.from({ length: workers }, () => driver.connect(signal)));
  onTestFinished(async () => {
    await Promise.all(sessions.map((session) => session.close()));
  });
  return { sessions, probes: sessions.map((session) => new Probe(session, PATIENCE_MS)) };
}

/** Sends a request of each worker at the same time. @returns their outcomes */
export function requestAll(probes: readonly Probe[]): Promise<string[]> {
  return Promise.all(probes.map((probe, n) => probe.request(n)));
}

/** Shares tickets among workers: each sends one request at a time. @returns the outcomes by ticket */
export async function sendTickets(
  probes: readonly Probe[],
  tickets: number,
  operationOf: (ticket: number) => number = () => 0,
  check: (probe: Probe, ticket: number) => void = () => undefined,
): Promise<readonly string[]> {
  const outcomes: string[] = [];
  let next = 0;
  await Promise.all(
    probes.map(async (probe) => {
      while (next < tickets) {
        const ticket = next++;
        probe.operation = operationOf(ticket);
        outcomes[ticket] = await probe.request(ticket);
        check(probe, ticket);
      }
    }),
  );
  return outcomes;
}
