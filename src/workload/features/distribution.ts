import { z } from 'zod';
import { DISTRIBUTION_SHAPES, type DistributionShape, type IntegerDistribution } from '../../shared/distribution.ts';
import { optional } from '../values.ts';

/** Description of each shape over the numbers from a to b. */
const SHAPE_NOTES: Readonly<Record<DistributionShape, string>> = {
  uniform: 'All values between two bounds with equal probability.',
  zipfian:
    'Values between two bounds by the law of Zipf, with the exponent 0.99: the lower bound is the most frequent.',
  normal: 'Bell curve around the middle of two bounds, three standard deviations away; values beyond them are redrawn.',
  exponential: 'Values from the lower bound on with a mean of a fifth of the range, cut off at the upper bound.',
};

/** Notes on a schema of distributions. */
interface DistributionNotes {
  readonly id: string;
  readonly description: string;
  /** A valid pair of bounds. */
  readonly example: readonly [unknown, unknown];
}

/** Schema of a distribution with one shape and its bounds: `{ "uniform": [1, 100] }`. */
export function distributionOf<Bound extends z.ZodType<number>>(
  bound: Bound,
  { id, description, example }: DistributionNotes,
) {
  const pairError = `must be a list of two bounds such as ${JSON.stringify(example)}`;
  const pair = z
    .array(bound, { error: pairError })
    .length(2, { error: pairError })
    .refine(([from = 0, to = 0]) => from <= to, {
      error: 'must begin with the lower bound',
      when: ({ issues }) => issues.length === 0,
    });
  const shape = (name: DistributionShape) =>
    optional(pair, { description: SHAPE_NOTES[name], without: 'another shape is given', examples: [example] });
  return z
    .strictObject({
      uniform: shape('uniform'),
      zipfian: shape('zipfian'),
      normal: shape('normal'),
      exponential: shape('exponential'),
    })
    .refine((shapes) => Object.keys(shapes).length === 1, {
      error: `must name one of ${DISTRIBUTION_SHAPES.join(', ')}`,
      when: ({ issues }) => issues.length === 0,
    })
    .meta({ id, description, minProperties: 1, maxProperties: 1 })
    .transform((shapes): IntegerDistribution => {
      const kind = DISTRIBUTION_SHAPES.find((name) => shapes[name] !== undefined) ?? 'uniform';
      const [from = 0, to = 0] = shapes[kind] ?? [];
      return { kind, from, to };
    });
}
