import { formatMs } from '../core/units.ts';
import { supportedPercentileMs } from './percentiles.ts';
import type { RunResult } from './report.ts';

/** A median that is not so many times the floor is to a good part the generator's own. */
const NEAR = 5;

/** What to know of a run whose latencies are about those that this machine has by itself; `undefined` of all others. */
export function floorNote({ floor, final }: Pick<RunResult, 'floor' | 'final'>): string | undefined {
  if (floor === undefined) return undefined;
  const mediansMs = final.jobs.map(({ measured }) => supportedPercentileMs(measured.service, 50) ?? Infinity);
  const leastMs = Math.min(...mediansMs);
  const floorMs = floor.p50Seconds * 1000;
  if (leastMs >= floorMs * NEAR) return undefined;
  return `this machine alone takes ${formatMs(floorMs)} for a request over loopback, a good part of a median of ${formatMs(leastMs)} (loadbot-agent calibrate tells more)`;
}
