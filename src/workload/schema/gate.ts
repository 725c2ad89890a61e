import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { optional, required, duration, positiveDuration, text } from '../values.ts';

const { gate: defaults } = DEFAULTS;
const FORMS = 'must be a condition such as "backup_in_progress == 0", or an object with a `condition`';

const condition = {
  description: 'Required [condition](sources.md#conditions) on the sources. An unknown value counts as false.',
};
const held = {
  description: 'Time for which the condition must have been true continuously.',
  default: defaults.for,
  examples: ['10s'],
};

export const waitForSchema = z
  .strictObject({
    condition: required(text, { ...condition, examples: ['moco_agent_dump_backup_in_progress == 0'] }),
    timeout: optional(positiveDuration, {
      description: 'Longest wait; after it the run ends early, with 99.',
      default: defaults.timeout,
      examples: ['30m'],
    }),
    for: optional(duration, held),
  })
  .meta({ id: 'wait_for', description: 'Start condition of a job.' });

export const abortWhenSchema = z
  .strictObject({
    condition: required(text, { ...condition, examples: ['node_load1 > 8'] }),
    for: optional(duration, held),
  })
  .meta({ id: 'abort_when', description: 'Abort condition of the run while load runs.' });

const forms = {
  error: ({ input }: { readonly input: unknown }) => (input === undefined ? undefined : FORMS),
};

/** Start condition of a job: a text, or an object with times. */
export const waitForField = z.union([text, waitForSchema], forms);

/** Abort condition of the run: a text, or an object with the duration that it must hold for. */
export const abortWhenField = z.union([text, abortWhenSchema], forms);

/** Start condition of a job, before defaults. */
export type WaitForEntry = z.infer<typeof waitForField>;

/** Abort condition of the run, before defaults. */
export type AbortWhenEntry = z.infer<typeof abortWhenField>;
