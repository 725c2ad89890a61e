import { z } from 'zod';
import type { IntegerDistribution } from '../../shared/distribution.ts';
import { required, size } from '../values.ts';
import { distributionOf } from './distribution.ts';

const FORMS =
  'must be a number of bytes up to 256 MiB or text such as "512B", "1KB" (1000) or "1KiB" (1024); a distribution such as { "uniform": ["1KiB", "8KiB"] }; or a list of sizes with weights';
const WEIGHT = 'must be a weight above 0';
const weight = z
  .number({ error: ({ input }) => (input === undefined ? undefined : WEIGHT) })
  .positive({ error: WEIGHT });
/** Bounds the time of a draw. */
const MAX_SIZES = 256;

const weightedSize = z
  .strictObject({
    size: required(size, { description: 'Size of a document in bytes, as `data_size`.', examples: ['1KiB'] }),
    weight: required(weight, {
      description: 'Weight relative to the other sizes, above 0.',
      examples: [9],
    }),
  })
  .meta({ id: 'weighted_size', description: 'A size of a histogram, with its weight.' });

/** Field names of an entry of a histogram of sizes. */
export const WEIGHTED_SIZE_FIELDS: readonly string[] = Object.keys(weightedSize.shape);

/** Size of the documents of a job: a number, a distribution or a histogram. */
export const dataSizeSchema = z.union(
  [
    size.transform((value): IntegerDistribution => ({ kind: 'constant', value })),
    distributionOf(size, {
      id: 'size_distribution',
      description: 'Distribution of a size in bytes. It has one of these fields, with the lower and the upper bound.',
      example: ['1KiB', '8KiB'],
    }),
    z
      .array(weightedSize)
      .min(1, { error: 'must hold at least one size' })
      .max(MAX_SIZES, { error: `must hold at most ${MAX_SIZES} sizes` })
      .transform((sizes): IntegerDistribution => ({
        kind: 'weighted',
        values: sizes.map(({ size: value, weight }) => ({ value, weight })),
      })),
  ],
  { error: ({ input }) => (input === undefined ? undefined : FORMS) },
);
