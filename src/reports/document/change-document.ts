import type { SteeringChange } from '../../shared/load-change.ts';

/** A change of the load while it ran; `null`: not applicable. */
export function changeDocument({ kind, epochMs, by, job, from, to }: SteeringChange, startedEpochMs: number) {
  return {
    time: new Date(epochMs).toISOString(),
    /** Since the start of the run. */
    at_seconds: Math.max(0, Math.round(epochMs - startedEpochMs) / 1000),
    kind,
    /** Name of the job; `null`: all of them. */
    job: job ?? null,
    from: from ?? null,
    to: to ?? null,
    by,
  };
}
