import type { Attempt, Parcel, Shortfall } from './attempt.ts';

/** Requests of one exposition, in order, at least one. */
export type Batch = readonly Parcel[];

/** Samples of a parcel that are lost without a further attempt, and the reason. */
export function lossOf(
  { samples }: Parcel,
  attempt: Exclude<Attempt, { kind: 'failed' }>,
): { readonly samples: number; readonly shortfall?: Shortfall } {
  if (attempt.kind === 'refused') return { samples, shortfall: attempt };
  const { rejection, status, statusCode } = attempt;
  if (rejection === undefined) return { samples: 0 };
  return {
    samples: Math.min(rejection.samples, samples),
    shortfall: { kind: 'refused', status, statusCode, reason: rejection.reason },
  };
}

export function samplesOf(batch: Batch): number {
  return batch.reduce((total, { samples }) => total + samples, 0);
}
