/** Beyond so many expected events on the rarer side, the normal distribution is as good as exact. */
const EXACT_UP_TO = 500;

/**
 * Smallest number of successes that is not exceeded with at least the probability `quantile`.
 * @param trials whole number, 1 or more  @param share of successes, above 0, below 1
 * @param z what a standard normal stays below with the same probability
 */
export function binomialQuantile(trials: number, share: number, quantile: number, z: number): number {
  if (trials * Math.min(share, 1 - share) > EXACT_UP_TO) {
    const approximate = trials * share + z * Math.sqrt(trials * share * (1 - share));
    return Math.min(trials, Math.max(0, Math.ceil(approximate - 0.5)));
  }
  if (share <= 0.5) return firstBeyond(trials, share, (below) => below >= quantile);
  // Failures are the rarer ones: at most k successes are at least trials - k failures.
  return trials - firstBeyond(trials, 1 - share, (below) => below > 1 - quantile);
}

/** The first number of rare events whose cumulated probability will do. */
function firstBeyond(trials: number, share: number, willDo: (cumulated: number) => boolean): number {
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
