import { z } from 'zod';
import { DEFAULTS } from '../../defaults.ts';
import type { TextFault } from '../../diagnostics.ts';
import { integer, optional, parsed, required, text } from '../../values.ts';
import { SHARE } from '../expect.ts';
import { DOCUMENT_TYPES } from '../../../shared/job-type.ts';
import { weight } from '../mixed.ts';
import { REQUEST_FIELDS } from '../request.ts';
import { thinkTime } from '../think-time.ts';
import { capturesSchema } from './capture.ts';
import { parseStepCondition } from './condition.ts';

/** Bounds of the repetitions of a step, and of the steps of a scenario. */
const MAX_REPETITIONS = 10_000;
const MAX_STEPS = 100;

const REPEAT_FORMS = `must be a number from 1 to ${MAX_REPETITIONS}, or a range such as "#int(2,4)"`;

const repeat = z.union(
  [
    integer(1, MAX_REPETITIONS).transform((times) => ({ from: times, to: times })),
    parsed((given): { readonly from: number; readonly to: number } | TextFault => {
      const [, from, to, times] = /^(?:#int\(\s*(\d+)\s*,\s*(\d+)\s*\)|(\d+))$/.exec(given) ?? [];
      const range = { from: Number(from ?? times), to: Number(to ?? times) };
      if (range.from <= range.to && range.to >= 1 && range.to <= MAX_REPETITIONS) return range;
      return { message: REPEAT_FORMS };
    }),
  ],
  { error: REPEAT_FORMS },
);

const forEachSchema = z
  .strictObject({
    in: required(text, { description: 'The list: a captured value.', examples: ['#search.ids'] }),
    limit: optional(integer(1, MAX_REPETITIONS), {
      description: `Largest number of elements that are used, 1 to ${MAX_REPETITIONS}.`,
      default: DEFAULTS.scenario.limit,
      examples: [10],
    }),
  })
  .meta({ id: 'for_each', description: 'A list whose elements a step is repeated for.' });

const FLOW_FIELDS = {
  think_time: optional(thinkTime, {
    description: 'Pause after the step: a duration, or a distribution. Not part of any measured time.',
    without: 'none',
    examples: ['1s', { uniform: ['1s', '10s'] }],
  }),
  repeat: optional(repeat, {
    description: 'Number of times that the step runs, or a range of numbers. `#each.index` is the repetition, from 0.',
    default: 1,
    examples: [3, '#int(2,4)'],
  }),
  chance: optional(SHARE, {
    description: 'Share of the iterations in which the step runs, above 0 to 1.',
    default: DEFAULTS.scenario.chance,
    examples: [0.3],
  }),
  if: optional(parsed(parseStepCondition), {
    description: 'Condition on a value: the step runs only if it holds.',
    without: 'the step runs',
    examples: ['#search.count > 0', '#login.role == admin', '#cart.coupon present'],
  }),
  for_each: optional(
    z.union([text.transform((list) => ({ in: list, limit: undefined })), forEachSchema], {
      error: 'must be a captured list such as "#search.ids", or { "in": "#search.ids", "limit": 10 }',
    }),
    {
      description: 'Runs the step once for each element of a captured list: `#each.item`, `#each.index`.',
      without: 'once',
      examples: ['#search.ids'],
    },
  ),
};

export const FUNCTION_NAME = /^[A-Za-z_]\w{0,63}$/;

const functionName = z
  .string()
  .regex(FUNCTION_NAME, { error: 'must be the name of an exported function: letters, digits and _' });

const REQUEST_STEP_FIELDS = {
  name: optional(text, {
    description:
      'Name of the step, unique in the job: the label `step` of its metrics. A step with a request needs one; that of a function has the name of the function.',
    without: 'the step has no request of its own',
    examples: ['login'],
  }),
  type: optional(z.enum(DOCUMENT_TYPES), {
    description: 'Type under which its requests are counted: the label `job_type`.',
    without: 'from the method or the statement',
    examples: ['read'],
  }),
  ...REQUEST_FIELDS,
  function: optional(functionName, {
    description:
      'Function of the module of `functions` that the step calls instead of sending a request; the values that it returns are `#name.value` in later steps. See [Functions](functions.md#function-steps).',
    without: 'the step is a request',
    examples: ['sign'],
  }),
  capture: optional(capturesSchema, {
    description: 'Values of the response, by name: `#login.token` in later steps. See [Captures](#captures).',
    without: 'none',
    examples: [{ token: '$.token' }],
  }),
  ...FLOW_FIELDS,
};

/** A step within a group or a branch. */
const innerStepSchema = z.strictObject(REQUEST_STEP_FIELDS).meta({
  id: 'inner_step',
  description: 'A request or a call of a function within a group of steps.',
  not: { required: ['sql', 'command'] },
});

const innerSteps = z
  .array(innerStepSchema)
  .min(1, { error: 'must hold at least one step' })
  .max(MAX_STEPS, { error: `must hold at most ${MAX_STEPS} steps` });

const branchSchema = z
  .strictObject({
    weight: optional(weight, {
      description: 'Weight relative to the other branches, 0.001 to 1000000.',
      default: DEFAULTS.scenario.weight,
      examples: [70],
    }),
    steps: required(innerSteps, {
      description: 'Steps of the branch.',
      examples: [[{ name: 'search', http: { path: '/search' } }]],
    }),
  })
  .meta({ id: 'branch', description: 'A branch of `one_of`.' });

const stepSchema = z
  .strictObject({
    ...REQUEST_STEP_FIELDS,
    steps: optional(innerSteps, {
      description: 'A group of steps, to which `repeat`, `chance`, `if` and `for_each` apply together.',
      without: 'the step is a request',
      examples: [[{ name: 'item', http: { path: '/items/#each.item' } }]],
    }),
    one_of: optional(
      z
        .array(branchSchema)
        .min(2, { error: 'must hold at least two branches' })
        .max(MAX_STEPS, { error: `must hold at most ${MAX_STEPS} branches` }),
      {
        description: 'Branches, of which each iteration takes one, by weight.',
        without: 'the step is a request',
        examples: [
          [
            { weight: 70, steps: [{ name: 'browse', http: { path: '/items' } }] },
            { weight: 30, steps: [{ name: 'search', http: { path: '/search' } }] },
          ],
        ],
      },
    ),
  })
  .meta({
    id: 'step',
    description: 'A step of a scenario: a request, a call of a function, a group of steps, or branches.',
    not: { required: ['sql', 'command'] },
  });

/** Steps of a scenario. */
export const stepsSchema = z
  .array(stepSchema)
  .min(1, { error: 'must hold at least one step' })
  .max(MAX_STEPS, { error: `must hold at most ${MAX_STEPS} steps` });

/** A step before defaults, alone or in a group. */
export type StepEntry = z.infer<typeof stepSchema>;
export type InnerStepEntry = z.infer<typeof innerStepSchema>;

/** Field names by the key that holds such an object or a list of them. */
export const STEP_FIELDS: Readonly<Record<string, readonly string[]>> = {
  steps: Object.keys(stepSchema.shape),
  before: Object.keys(stepSchema.shape),
  after: Object.keys(stepSchema.shape),
  one_of: Object.keys(branchSchema.shape),
  for_each: Object.keys(forEachSchema.shape),
};
