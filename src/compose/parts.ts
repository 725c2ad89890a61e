import type { ControlAccess } from '../agent/control/access.ts';
import type { LiveFeed } from '../agent/live/live-feed.ts';
import type { LoadGenerator } from '../agent/load-generator.ts';
import { systemClock, settlesWithTimeout, type Clock } from '../shared/clock.ts';
import type { DocumentLedger } from '../engine/document-ledger.ts';
import type { DebugSwitch, Log } from '../shared/log.ts';
import type { MetricsRegistryOptions } from '../metrics/metrics-registry.ts';

/** Options of all composed parts. */
export interface ComposeOptions extends Pick<MetricsRegistryOptions, 'build' | 'revision' | 'processMetrics'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly debug: DebugSwitch;
  /** Access to the control API; absent: loopback, without a token. */
  readonly access?: ControlAccess | undefined;
  /** Clients of the control API that follow the run; absent: no control port. */
  readonly feed?: LiveFeed | undefined;
  /** Sends the load; absent: threads of this process. */
  readonly generator?: LoadGenerator | undefined;
  /** Documents of earlier runs with the same seed; absent: none. */
  readonly documents?: DocumentLedger;
}

/** Timeout for closing one part; a hung part is abandoned until the process exits. */
const CLOSE_WITHIN_MS = 2500;

/** Functions that close opened parts, called in reverse order. */
export type DisposableStack = (() => Promise<unknown>)[];

/** Opens parts; closes the parts opened so far if one fails. */
export async function openAll<T>(open: (closers: DisposableStack) => Promise<T>): Promise<T> {
  const closers: DisposableStack = [];
  try {
    return await open(closers);
  } catch (error) {
    // The first error is more useful than an error of closing.
    await closeAll(closers).catch(() => {});
    throw error;
  }
}

/**
 * Closes all parts, even if one fails or hangs.
 * @throws the first error
 */
export async function closeAll(closers: DisposableStack): Promise<void> {
  const failures: unknown[] = [];
  const clock = systemClock();
  for (const closeOne of closers.splice(0).toReversed()) {
    try {
      const closing = closeOne();
      if (await settlesWithTimeout(clock, CLOSE_WITHIN_MS, closing)) await closing;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
