import type { PushAttempt, PreparedRequest, FailedAttempt } from './attempt.ts';

/** Requests of one exposition, in order, at least one. */
export type RequestBatch = readonly PreparedRequest[];

/** Samples of a parcel that are lost without a further attempt, and the reason. */
export function lossOf(
  { samples }: PreparedRequest,
  attempt: Exclude<PushAttempt, { kind: 'failed' }>,
): { readonly samples: number; readonly shortfall?: FailedAttempt } {
  if (attempt.kind === 'refused') return { samples, shortfall: attempt };
  const { rejection, status, statusCode } = attempt;
  if (rejection === undefined) return { samples: 0 };
  return {
    samples: Math.min(rejection.samples, samples),
    shortfall: { kind: 'refused', status, statusCode, reason: rejection.reason },
  };
}

export function samplesOf(batch: RequestBatch): number {
  return batch.reduce((total, { samples }) => total + samples, 0);
}
