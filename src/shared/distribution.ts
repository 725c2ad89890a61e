import { drawUnit, integersBetween, streamKey } from './random.ts';
import { zipfian } from './zipfian.ts';

/** Shapes of a distribution over the whole numbers between two bounds. */
export const DISTRIBUTION_SHAPES = ['uniform', 'zipfian', 'normal', 'exponential'] as const;
export type DistributionShape = (typeof DISTRIBUTION_SHAPES)[number];

/** Distribution of a whole number. Bounds are inclusive, and `from` is not above `to`. */
export type IntegerDistribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: DistributionShape; readonly from: number; readonly to: number }
  /** One of several values by weight. */
  | { readonly kind: 'weighted'; readonly values: readonly { readonly value: number; readonly weight: number }[] };

/** Draws a number: a pure function of the counter, in constant time. */
export type Draw = (counter: number) => number;

/** Creates the draws of a distribution. @param key random stream */
export function createDraw(distribution: IntegerDistribution, key: number): Draw {
  switch (distribution.kind) {
    case 'constant':
      return () => distribution.value;
    case 'weighted':
      return weighted(distribution.values, key);
    case 'uniform':
      return integersBetween(key, distribution.from, distribution.to);
    case 'zipfian':
    case 'normal':
    case 'exponential':
    default:
      return SHAPES[distribution.kind](distribution.from, distribution.to - distribution.from + 1, key);
  }
}

/** Largest number that a distribution draws. */
export function maximumOf(distribution: IntegerDistribution): number {
  if (distribution.kind === 'constant') return distribution.value;
  if (distribution.kind === 'weighted') return Math.max(...distribution.values.map(({ value }) => value));
  return distribution.to;
}

/** Skew of YCSB's request distribution. */
const ZIPFIAN_THETA = 0.99;
/** Standard deviations between the middle and each bound of a normal distribution. */
const DEVIATIONS = 3;
/** Means of the exponential distribution within the range. */
const MEANS = 5;
/** One draw in 370 is outside of the bounds; this many in a row have a probability of 1 in 10^41. */
const MAX_ATTEMPTS = 16;

const SHAPES: Readonly<
  Record<Exclude<DistributionShape, 'uniform'>, (from: number, count: number, key: number) => Draw>
> = {
  /** Zipf's law: the lowest number is the most frequent one. */
  zipfian(from, count, key) {
    const draw = unitDraw(key);
    const rankOf = zipfian(ZIPFIAN_THETA);
    return (counter) => from + rankOf(draw(counter), count);
  },

  /** Normal, with three standard deviations from the middle to each bound. Draws outside of the bounds are repeated. */
  normal(from, count, key) {
    const attempts = Array.from({ length: MAX_ATTEMPTS }, (_, attempt) => normalDraw(streamKey(key, attempt)));
    const [middle, deviation] = [count / 2, count / 2 / DEVIATIONS];
    return (counter) => {
      for (const draw of attempts) {
        const place = Math.floor(middle + deviation * draw(counter));
        if (place >= 0 && place < count) return from + place;
      }
      return from + Math.floor(middle);
    };
  },

  /** Exponential with a mean of a fifth of the range, cut off at the upper bound, from its inverse. */
  exponential(from, count, key) {
    const draw = unitDraw(key);
    const mean = count / MEANS;
    const within = -Math.expm1(-MEANS);
    return (counter) => from + Math.min(Math.floor(-mean * Math.log1p(-within * draw(counter))), count - 1);
  },
};

/** Standard normal draws, by the method of Box and Muller: https://doi.org/10.1214/aoms/1177706645 */
export function normalDraw(key: number): Draw {
  const radius = unitDraw(streamKey(key, 'radius'));
  const angle = unitDraw(streamKey(key, 'angle'));
  return (counter) => Math.sqrt(-2 * Math.log1p(-radius(counter))) * Math.cos(2 * Math.PI * angle(counter));
}

function weighted(values: readonly { readonly value: number; readonly weight: number }[], key: number): Draw {
  const draw = unitDraw(key);
  let total = 0;
  const upTo = values.map(({ weight }) => (total += weight));
  return (counter) => {
    const place = draw(counter) * total;
    return (values[upTo.findIndex((end) => place < end)] ?? values[0]!).value; // at least one
  };
}

/** Uniform draws from [0, 1). @param key random stream */
export function unitDraw(key: number): Draw {
  const highKey = streamKey(key, 'high');
  const lowKey = streamKey(key, 'low');
  return (counter) => drawUnit(highKey, lowKey, counter);
}
