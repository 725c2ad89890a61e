import { type Draw, normalDraw, unitDraw } from './distribution.ts';
import { streamKey } from './random.ts';

/** Attempts with counters of their own, of each draw. Fewer than one in 10^30 draws shares those of the next draw. */
const ATTEMPTS = 16;

/**
 * Draws from the gamma distribution of scale 1: the sum of `shape` exponential draws of mean 1, in constant time. By
 * rejection, exactly: G. Marsaglia and W. W. Tsang, https://doi.org/10.1145/358407.358414.
 * @param shape 1 or more; also the mean and the variance
 * @param key random stream
 */
export function gammaDraw(shape: number, key: number): Draw {
  const normal = normalDraw(streamKey(key, 'normal'));
  const unit = unitDraw(streamKey(key, 'unit'));
  const middle = shape - 1 / 3;
  const slope = 1 / Math.sqrt(9 * middle);
  return (counter) => {
    for (let attempt = counter * ATTEMPTS; ; attempt++) {
      const drawn = normal(attempt);
      const root = 1 + slope * drawn;
      if (root <= 0) continue;
      const cube = root * root * root;
      const square = drawn * drawn;
      const level = 1 - unit(attempt); // above 0, for its logarithm
      // The first test accepts nearly all without a logarithm.
      if (level < 1 - 0.0331 * square * square) return middle * cube;
      if (Math.log(level) < square / 2 + middle * (1 - cube + Math.log(cube))) return middle * cube;
    }
  };
}
