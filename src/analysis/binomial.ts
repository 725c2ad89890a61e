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
