import { formatMs } from '../../shared/units.ts';
import { supportedPercentileMs } from '../phrases/percentiles.ts';
import type { RunResult } from '../report.ts';

/** Factor: a median below this multiple of the floor consists largely of the generator's own latency. */
const NEAR = 5;

/** Note for runs with latencies near the floor of this machine; `undefined` for others. */
export function floorNote({ floor, final }: Pick<RunResult, 'floor' | 'final'>): string | undefined {
  if (floor === undefined) return undefined;
  const mediansMs = final.jobs.map(({ measured }) => supportedPercentileMs(measured.service, 50) ?? Infinity);
  const leastMs = Math.min(...mediansMs);
  const floorMs = floor.p50Seconds * 1000;
  if (leastMs >= floorMs * NEAR) return undefined;
  return `a loopback request on this machine takes ${formatMs(floorMs)}, a large part of the median ${formatMs(leastMs)} (see loadbot-agent calibrate)`;
}
