import { studentT975, Z_975 } from './student.ts';

/** What a part of a run had to say about a yes or no: how many events there were, and how many said yes. */
export interface BatchCount {
  readonly total: number;
  readonly hits: number;
}

/** With fewer batches nothing can be said about how alike neighbours are. */
export const MIN_BATCHES = 5;

/**
 * As how many independent events those of some batches count, one after the other in time. Events of a run are alike their
 * neighbours, a garbage collection slows many requests down at once; so a thousand of them can say as little as fifty would.
 * It is measured by how much more the batches differ than chance would make them (the variance of a ratio over clusters;
 * Cochran, Sampling Techniques, 6.3 and 9A), neighbouring batches that are alike included, and made smaller again for having
 * been estimated from few batches. `undefined` where there are too few for that.
 * @param share that says yes in the long run, above 0, below 1
 */
export function effectiveSamples(batches: readonly BatchCount[], share: number): number | undefined {
  const used = batches.filter(({ total }) => total > 0);
  const total = used.reduce((sum, batch) => sum + batch.total, 0);
  if (used.length < MIN_BATCHES) return undefined;
  const found = used.reduce((sum, { hits }) => sum + hits, 0) / total;
  const deviations = used.map((batch) => batch.hits - found * batch.total);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const alike = alikeness(deviations);
  const variance = (used.length / (used.length - 1)) * squares * alike;
  const designEffect = Math.max(1, variance / (total * share * (1 - share)));
  const certainty = (Z_975 / studentT975(degreesOfFreedom(used.length, alike))) ** 2;
  return (total / designEffect) * certainty;
}

/** From fewer points their correlation is as good as unknown, and taking its bias away would only make it wilder. */
const ENOUGH_TO_CORRECT = 10;

/**
 * By how much it widens the variance of a sum that neighbours are alike: 1 where they are not. It also is how many of them
 * say as much as one that stands alone. Of a first-order autoregression, whose correlation so few points make look too small
 * (Kendall, Biometrika 41, 1954); one near 1 they cannot tell at all.
 */
export function alikeness(deviations: readonly number[]): number {
  const count = deviations.length;
  const squares = deviations.reduce((sum, one) => sum + one ** 2, 0);
  if (squares === 0) return 1;
  const products = deviations.slice(1).reduce((sum, one, index) => sum + one * (deviations[index] ?? 0), 0);
  const found = products / squares;
  const corrected = count < ENOUGH_TO_CORRECT ? found : (found + 1 / count) / (1 - 4 / count);
  const correlation = Math.min(0.9, Math.max(0, corrected));
  return (1 + correlation) / (1 - correlation);
}

/** How many batches a variance is known from, less one: those that are alike are not as many as they seem. */
export function degreesOfFreedom(batches: number, alike: number): number {
  return Math.max(1, batches / alike - 1);
}
