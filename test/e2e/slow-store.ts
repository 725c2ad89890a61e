import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One request as the store saw it. */
interface SlowStoreArrival {
  readonly atEpochMs: number;
  /** Until its response was handed to the socket. */
  readonly tookMs: number;
  readonly wasSlow: boolean;
}

export interface SlowStoreOptions {
  readonly calmMs: number;
  readonly slowMs: number;
  /** Whether it is slow so long after its first request; asked once a request. */
  readonly isSlow: (elapsedMs: number) => boolean;
}

export interface SlowStore {
  readonly url: string;
  /** In the order in which they were answered. */
  readonly arrivals: readonly SlowStoreArrival[];
  /** Since its first request; 0 before that. */
  elapsedMs(): number;
}

/**
 * A store that answers everything after a known delay, and slowly while something goes on; its own log is the truth. At
 * `/metrics` it reports whether it is slow. Closed at the end of the test.
 */
export async function startSlowStore({ calmMs, slowMs, isSlow }: SlowStoreOptions): Promise<SlowStore> {
  const arrivals: SlowStoreArrival[] = [];
  let firstMs: number | undefined;
  const elapsedMs = (): number => performance.now() - (firstMs ?? performance.now());
  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      const value = Number(isSlow(elapsedMs()));
      response.end(`# TYPE store_backup_in_progress gauge\nstore_backup_in_progress ${value}\n`);
      return;
    }
    const atMs = performance.now();
    const atEpochMs = Date.now();
    firstMs ??= atMs;
    const wasSlow = isSlow(atMs - firstMs);
    setTimeout(
      () => {
        response.end('{}');
        arrivals.push({ atEpochMs, tookMs: performance.now() - atMs, wasSlow });
      },
      wasSlow ? slowMs : calmMs,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrivals, elapsedMs };
}
