/** 97.5 % quantile of the standard normal distribution. */
export const Z_975 = 1.959963984540054;

/**
 * 97.5 % quantile of Student's t distribution. Exact for 1 and 2 degrees of freedom, else by the expansion in
 * Abramowitz and Stegun, 26.7.5, with an error up to 0.2 % from 3 on; `Infinity` below 1.
 */
export function studentT975(degrees: number): number {
  if (degrees < 1) return Infinity;
  if (degrees < 2) return Math.tan(0.475 * Math.PI);
  if (degrees < 3) return 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2));
  const z = Z_975;
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, power) => sum + term / degrees ** power, 0);
}

/** Number of expected events on the rarer side above which the normal approximation is used. */
const EXACT_UP_TO = 500;

/**
 * Quantile of the binomial distribution: the smallest number of successes that is not exceeded with at least the
 * probability `quantile`.
 * @param trials whole number, 1 or more
 * @param share probability of success, above 0, below 1
 * @param z quantile of the standard normal distribution for the same probability
 */
export function binomialQuantile(trials: number, share: number, quantile: number, z: number): number {
  if (trials * Math.min(share, 1 - share) > EXACT_UP_TO) {
    const approximate = trials * share + z * Math.sqrt(trials * share * (1 - share));
    return Math.min(trials, Math.max(0, Math.ceil(approximate - 0.5)));
  }
  if (share <= 0.5) return rareEventQuantile(trials, share, (below) => below >= quantile);
  // Failures are rarer: at most k successes are at least trials - k failures.
  return trials - rareEventQuantile(trials, 1 - share, (below) => below > 1 - quantile);
}

/** Returns the smallest number of rare events whose cumulative probability satisfies `willDo`. */
function rareEventQuantile(trials: number, share: number, willDo: (cumulated: number) => boolean): number {
  let probability = Math.exp(trials * Math.log1p(-share));
  let cumulated = probability;
  let events = 0;
  while (!willDo(cumulated) && events < trials) {
    probability *= ((trials - events) / (events + 1)) * (share / (1 - share));
    cumulated += probability;
    events++;
  }
  return events;
}
