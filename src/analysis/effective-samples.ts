import { studentT975, Z_975 } from './quantiles.ts';

/** Number of events in a batch, and number of those that are hits. */
export interface BatchCount {
  readonly total: number;
  readonly hits: number;
}

/** Minimum number of batches; fewer do not show how correlated adjacent ones are. */
export const MIN_BATCHES = 5;

/**
 * Effective sample size of autocorrelated events, given as batches in the order of time. Adjacent events are similar (a
 * garbage collection slows down many requests at once), so a thousand may carry the information of fifty. Measured by
 * how much more the batches vary than independent events would (the variance of a ratio over clusters; Cochran,
 * Sampling Techniques, 6.3 and 9A), including the correlation of adjacent batches, and reduced for being estimated from
 * few batches. `undefined` if there are too few batches.
 * @param share long-run share of hits, above 0, below 1
 */
export function effectiveSamples(batches: readonly BatchCount[], share: number): number | undefined {
  const used = batches.filter(({ total }) => total > 0);
  const total = used.reduce((sum, batch) => sum + batch.total, 0);
  if (used.length < MIN_BATCHES) return undefined;
  const found = used.reduce((sum, { hits }) => sum + hits, 0) / total;
  const deviations = used.map((batch) => batch.hits - found * batch.total);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const alike = varianceInflation(deviations);
  const variance = (used.length / (used.length - 1)) * squares * alike;
  const designEffect = Math.max(1, variance / (total * share * (1 - share)));
  const certainty = (Z_975 / studentT975(degreesOfFreedom(used.length, alike))) ** 2;
  return (total / designEffect) * certainty;
}

/** Minimum number of points for the bias correction of a correlation; with fewer it only adds variance. */
const ENOUGH_TO_CORRECT = 10;

/**
 * Variance inflation factor of a sum of correlated neighbours: 1 if uncorrelated. Also the number of neighbours that
 * carry the information of one independent value. Assumes a first-order autoregression. The correlation of few points
 * is biased low and is corrected (Kendall, Biometrika 41, 1954); a correlation near 1 cannot be distinguished, so the
 * limit is 0.9.
 */
export function varianceInflation(deviations: readonly number[]): number {
  const count = deviations.length;
  const squares = deviations.reduce((sum, one) => sum + one ** 2, 0);
  if (squares === 0) return 1;
  const products = deviations.slice(1).reduce((sum, one, index) => sum + one * (deviations[index] ?? 0), 0);
  const found = products / squares;
  const corrected = count < ENOUGH_TO_CORRECT ? found : (found + 1 / count) / (1 - 4 / count);
  const correlation = Math.min(0.9, Math.max(0, corrected));
  return (1 + correlation) / (1 - correlation);
}

/** Degrees of freedom of a variance from batches: effective number of batches minus 1, at least 1. */
export function degreesOfFreedom(batches: number, alike: number): number {
  return Math.max(1, batches / alike - 1);
}
