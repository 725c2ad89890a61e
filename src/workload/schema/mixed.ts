import { z } from 'zod';
import { optional, required } from '../values.ts';
import { REQUEST_FIELDS } from './request-fields.ts';

/** Types of the operations of a mixed job. */
export const MIXABLE_TYPES = ['read', 'write', 'bulk_write', 'update'] as const;

/** Bounds the tables from which operations are selected. */
const MAX_OPERATIONS = 32;
const WEIGHT = 'must be a weight, a number from 0.001 to 1000000';
const FORMS = 'must be weights such as { "read": 95, "update": 5 }, or a list of operations';

const weight = z.number({ error: WEIGHT }).min(0.001, { error: WEIGHT }).max(1_000_000, { error: WEIGHT });

const operationSchema = z
  .strictObject({
    type: required(z.enum(MIXABLE_TYPES), { description: 'Type of the operation.', examples: ['read'] }),
    weight: optional(weight, {
      description: 'Weight relative to the other operations, 0.001 to 1000000.',
      default: 1,
      examples: [95],
    }),
    ...REQUEST_FIELDS,
  })
  .meta({
    id: 'operation',
    description: 'One operation of a mixed job. Absent fields are inherited from the job.',
    not: { required: ['sql', 'command'] },
  });

const weightsSchema = z
  .strictObject({
    read: optional(weight, { description: 'Weight of reads.', without: 'none are sent', examples: [95] }),
    write: optional(weight, { description: 'Weight of writes.', without: 'none are sent', examples: [5] }),
    bulk_write: optional(weight, { description: 'Weight of bulk writes.', without: 'none are sent', examples: [1] }),
    update: optional(weight, { description: 'Weight of updates.', without: 'none are sent', examples: [5] }),
  })
  .refine((weights) => Object.keys(weights).length > 0, {
    error: 'must name at least one operation',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ id: 'weights', description: 'Operations of a mixed job by their weight.', minProperties: 1 });

/** The operations of a mixed job. */
export const mixedSchema = z.union(
  [
    weightsSchema,
    z
      .array(operationSchema)
      .min(1, { error: 'must hold at least one operation' })
      .max(MAX_OPERATIONS, { error: `must hold at most ${MAX_OPERATIONS} operations` }),
  ],
  { error: ({ input }) => (input === undefined ? undefined : FORMS) },
);

/** An operation of a mixed job, before defaults. */
export type OperationEntry = z.infer<typeof operationSchema>;

/** Field names of an operation and of the weights. */
export const MIXED_FIELDS: readonly string[] = [
  ...Object.keys(operationSchema.shape),
  ...Object.keys(weightsSchema.shape),
];
