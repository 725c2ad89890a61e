import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { optional, required } from './field.ts';
import { duration, positiveDuration, text } from './values.ts';

const { gate: defaults } = DEFAULTS;
const FORMS = 'must be a condition such as "backup_in_progress == 0", or an object with a `condition`';

export const waitForSchema = z
  .strictObject({
    condition: required(text, {
      description: 'What must hold: a [condition](sources.md#conditions) on the sources. Not known is not holding.',
      examples: ['moco_agent_dump_backup_in_progress == 0'],
    }),
    timeout: optional(positiveDuration, {
      description: 'How long it may take before the run ends early, with 99.',
      default: defaults.timeout,
      examples: ['30m'],
    }),
    for: optional(duration, {
      description: 'How long it must have held without a break.',
      default: defaults.for,
      examples: ['10s'],
    }),
  })
  .meta({ id: 'wait_for', description: 'What a job waits for before it starts.' });

/** What a job waits for: a condition alone, or with its times. */
export const waitForField = z.union([text, waitForSchema], {
  error: ({ input }) => (input === undefined ? undefined : FORMS),
});

/** What a job waits for as the file gives it. */
export type WaitForEntry = z.infer<typeof waitForField>;
