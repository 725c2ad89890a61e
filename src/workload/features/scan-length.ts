import { z } from 'zod';
import type { IntegerDistribution } from '../../shared/distribution.ts';
import { integer } from '../values.ts';
import { distributionOf } from './distribution.ts';

/** Maximum number of documents of a scan. */
const MAX_LENGTH = 10_000;
const FORMS = `must be a whole number from 1 to ${MAX_LENGTH}, or a distribution such as { "uniform": [1, 100] }`;

const length = integer(1, MAX_LENGTH);

/** Number of documents that a scan reads. */
export const scanLengthSchema = z.union(
  [
    length.transform((value): IntegerDistribution => ({ kind: 'constant', value })),
    distributionOf(length, {
      id: 'distribution',
      description: 'Distribution of a whole number. It has one of these fields, with the lower and the upper bound.',
      example: [1, 100],
    }),
  ],
  { error: ({ input }) => (input === undefined ? undefined : FORMS) },
);
