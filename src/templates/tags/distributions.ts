import { createDraw, type DistributionShape } from '../../shared/distribution.ts';
import { hasCount, isInteger, type TagDefinition, valueTag } from '../tag.ts';

export const zipfianTag = tagOf(
  'zipfian',
  'A whole number from `a` to `b` by the law of Zipf: `a + n` has a probability proportional to 1/(n + 1)^0.99, so `a` is the most frequent.',
);

export const normalTag = tagOf(
  'normal',
  'A whole number from `a` to `b` on a bell curve around their middle, with three standard deviations to each side; the values beyond, one in 370, are drawn again.',
);

export const exponentialTag = tagOf(
  'exponential',
  'A whole number from `a` to `b`: `a` plus an exponential value with a mean of a fifth of the range, cut off at `b` by rescaling the probabilities.',
);

/** Tag of a distribution between two inclusive bounds, in any order. */
function tagOf(shape: DistributionShape, meaning: string): TagDefinition {
  return {
    written: [`#${shape}(a,b)`],
    type: 'number',
    meaning,
    takes: (args) => hasCount(args, 2) && args.every(isInteger),
    compile(key, _, args) {
      const bounds = args.map(Number);
      return valueTag(createDraw({ kind: shape, from: Math.min(...bounds), to: Math.max(...bounds) }, key));
    },
  };
}
