import { DEFAULTS } from '../defaults.ts';
import { parseRate } from '../values.ts';
import type { RequestJobEntry } from '../schema/job.ts';
import { toMs } from './milliseconds.ts';
import type { Pacing, RateSegment } from '../../plan/plan.ts';

/** Plans the intended start times of a job's requests. */
export function buildPacing({ pace, stages, arrival = DEFAULTS.job.arrival }: RequestJobEntry): Pacing {
  if (stages !== undefined) return { kind: 'paced', segments: buildSegments(stages), arrival };
  if (pace === undefined) return { kind: 'unlimited' };
  const perSecond = parseRate(pace);
  // A jump to the rate, which then stays.
  return { kind: 'paced', segments: [{ durationMs: 0, fromRate: perSecond, toRate: perSecond }], arrival };
}

function buildSegments(stages: NonNullable<RequestJobEntry['stages']>): RateSegment[] {
  let previous = 0;
  return stages.map(({ duration, pace, from }) => {
    const durationMs = toMs(duration);
    const toRate = parseRate(pace);
    const start = from === undefined ? previous : parseRate(from);
    previous = toRate;
    return { durationMs, fromRate: durationMs === 0 ? toRate : start, toRate };
  });
}
