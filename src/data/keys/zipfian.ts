import { createZeta } from './zeta.ts';

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
