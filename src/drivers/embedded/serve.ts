import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../shared/clock.ts';
import { listen } from '../../shared/network/listen.ts';
import { openAccessLog } from './access-log.ts';
import { createFaults, seededRandom } from './faults.ts';
import { handleRequests } from './handle-requests.ts';
import { PreciseScheduler } from './precise-scheduler.ts';
import { type RunningTarget, PLAIN_TARGET, type TargetOptions } from './target.ts';
import { DocumentStore } from './store.ts';
import { type TargetStats, TargetStatistics } from './target-statistics.ts';

/** Accept backlog. Node's default of 511 refuses some connections when thousands open at once. */
const BACKLOG = 4096;

/** A test target never closes idle or slow clients. */
const NO_TIMEOUTS = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 };

/**
 * Starts the embedded target in this thread: a document store over HTTP with configurable faults.
 * @throws {LoadbotError} when it cannot listen or its access log cannot be written
 */
export async function serveTarget(changes: Partial<TargetOptions> = {}): Promise<RunningTarget> {
  const options: TargetOptions = { ...PLAIN_TARGET, ...changes };
  const clock = systemClock();
  const accessLog = options.accessLog === undefined ? undefined : await openAccessLog(options.accessLog);
  const startMs = clock.nowMs();
  const startEpochMs = clock.epochMs();
  const epochOf = (nowMs: number): number => startEpochMs + (nowMs - startMs);
  const store = new DocumentStore();
  const releaser = new PreciseScheduler(clock);
  const truth = new TargetStatistics(startEpochMs, options.stall);
  const faults = createFaults(options, startMs, seededRandom(options.seed));
  const stats = (): TargetStats => truth.stats(epochOf(clock.nowMs()), store.counts());
  const server = createServer(
    NO_TIMEOUTS,
    handleRequests({ clock, epochOf, store, faults, releaser, truth, accessLog, stats }),
  );
  try {
    await listen(server, {
      host: options.host,
      port: options.port,
      backlog: BACKLOG,
      consequence: 'the target cannot listen there',
      hint: 'choose another port, or 0 for any that is free',
    });
  } catch (error) {
    await accessLog?.close();
    throw error;
  }

  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    // These clients are already disconnected, and are counted as abandoned.
    releaser.releaseAll();
    await accessLog?.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(server.address() as AddressInfo),
    stats: () => Promise.resolve(stats()),
    close: () => (closing ??= close()),
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (family === 'IPv6') return `http://[${address === '::' ? '::1' : address}]:${port}`;
  return `http://${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
}
