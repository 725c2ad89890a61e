/** Maps a uniform draw from [0, 1) to a rank from 0, the most likely one, to `count - 1`. */
export type RankOf = (uniform: number, count: number) => number;

/**
 * Ranks by Zipf's law: the n-th has a probability proportional to 1/n^theta. Method of YCSB's ZipfianGenerator: exact
 * for the first two ranks, a close formula for the others. J. Gray et al., Quickly generating billion-record synthetic
 * databases, SIGMOD 1994.
 * @param theta above 0, below 1; higher values are more skewed
 */
export function zipfian(theta: number): RankOf {
  const zetaFor = createZeta(theta);
  const alpha = 1 / (1 - theta);
  const second = 1 + 0.5 ** theta;
  let constants = { count: 0, zeta: 0, eta: 0 };
  // Caches the last constants; they depend on the count only, so the function remains pure.
  const constantsOf = (count: number): typeof constants => {
    if (count !== constants.count) {
      const zeta = zetaFor(count);
      constants = { count, zeta, eta: (1 - (2 / count) ** (1 - theta)) / (1 - second / zeta) };
    }
    return constants;
  };
  return (uniform, count) => {
    const { zeta, eta } = constantsOf(count);
    const scaled = uniform * zeta;
    if (scaled < 1) return 0;
    if (scaled < second) return 1;
    return Math.min(Math.floor(count * (eta * uniform - eta + 1) ** alpha), count - 1);
  };
}

/** Number of terms summed individually; above it, the formula is exact to a double. */
const SUMMED = 64;

/**
 * Returns the function `n -> 1 + 1/2^theta + ... + 1/n^theta`, the normalization constant of Zipf's law, in constant
 * time.
 *
 * The tail of the sum follows from the Euler-Maclaurin formula: the integral, half of both ends, and corrections by the
 * derivatives at both ends with the Bernoulli numbers B2 = 1/6 and B4 = -1/30. The first omitted term is below 1e-12 at
 * 64. https://dlmf.nist.gov/2.10#E1
 * @param theta from 0 to below 1
 */
export function createZeta(theta: number): (count: number) => number {
  const sums = [0];
  for (let term = 1; term <= SUMMED; term++) sums.push(sums[term - 1]! + term ** -theta); // the one pushed before
  /** Antiderivative plus end corrections at x; the formula adds the difference of two of these. */
  const antiderivative = (x: number): number => {
    const power = x ** -theta;
    const first = theta / 12 / x;
    const third = (theta * (theta + 1) * (theta + 2)) / 720 / x ** 3;
    return power * (x / (1 - theta) + 1 / 2 - first + third);
  };
  const rest = sums[SUMMED]! - antiderivative(SUMMED); // the last one pushed
  return (count) => (count <= SUMMED ? sums[count]! : rest + antiderivative(count)); // one for each count up to SUMMED
}
