import { z } from 'zod';
import type { ThinkTime } from '../../plan/scenario.ts';
import { duration, spanError } from '../values.ts';

const FORMS =
  'must be a duration, or a distribution such as { "uniform": ["1s", "10s"] }, { "normal": ["5s", "1s"] } or { "exponential": "3s" }';

const TWO = 'must be a list of two durations';
const pair = z.array(duration, { error: TWO }).min(2, { error: TWO }).max(2, { error: TWO });

const uniformSchema = z
  .strictObject({
    uniform: pair
      .refine(([from = 0, to = 0]) => from <= to, { error: 'must begin with the shorter duration' })
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
  .union([duration, uniformSchema, normalSchema, exponentialSchema], { error: spanError(FORMS) })
  .transform((given): ThinkTime => {
    if (typeof given === 'number') return { kind: 'constant', ms: given };
    if ('exponential' in given) return { kind: 'exponential', meanMs: given.exponential };
    const [first = 0, second = 0] = 'uniform' in given ? given.uniform : given.normal;
    return 'uniform' in given
      ? { kind: 'uniform', fromMs: first, toMs: second }
      : { kind: 'normal', meanMs: first, deviationMs: second };
  });

/** Field names of the distributions. */
export const THINK_TIME_FIELDS = ['uniform', 'normal', 'exponential'];
