import { z } from 'zod';
import type { ThinkTime } from '../../plan/scenario.ts';
import { duration } from '../values.ts';

const FORMS =
  'must be a duration, or a distribution such as { "uniform": ["1s", "10s"] }, { "normal": ["5s", "1s"] } or { "exponential": "3s" }';

const pair = z.tuple([duration, duration], { error: 'must be a list of two durations' });

const uniformSchema = z
  .strictObject({
    uniform: pair
      .refine(([from, to]) => from <= to, { error: 'must begin with the shorter duration' })
      .meta({ description: 'Shortest and longest pause.', examples: [['1s', '10s']] }),
  })
  .meta({ id: 'uniform_think_time', description: 'Pauses of a uniform distribution.' });

const normalSchema = z
  .strictObject({ normal: pair.meta({ description: 'Mean and standard deviation.', examples: [['5s', '1s']] }) })
  .meta({ id: 'normal_think_time', description: 'Pauses of a normal distribution; those below 0 are 0.' });

const exponentialSchema = z
  .strictObject({ exponential: duration.meta({ description: 'Mean pause.', examples: ['3s'] }) })
  .meta({ id: 'exponential_think_time', description: 'Pauses of an exponential distribution.' });

/** A pause: a duration, or a distribution of durations. */
export const thinkTime = z
  .union([duration, uniformSchema, normalSchema, exponentialSchema], { error: FORMS })
  .transform((given): ThinkTime => {
    if (typeof given === 'number') return { kind: 'constant', ms: given };
    if ('uniform' in given) return { kind: 'uniform', fromMs: given.uniform[0], toMs: given.uniform[1] };
    if ('normal' in given) return { kind: 'normal', meanMs: given.normal[0], deviationMs: given.normal[1] };
    return { kind: 'exponential', meanMs: given.exponential };
  });

/** Field names of the distributions. */
export const THINK_TIME_FIELDS = ['uniform', 'normal', 'exponential'];
