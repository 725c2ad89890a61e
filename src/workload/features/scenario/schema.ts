import { z } from 'zod';
import { DEFAULTS } from '../../defaults.ts';
import { integer, optional, required } from '../../values.ts';
import { stepsSchema } from './step-schema.ts';

const { scenario } = DEFAULTS;

const ISOLATIONS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable', 'snapshot'] as const;

const transactionSchema = z
  .strictObject({
    isolation: optional(z.enum(ISOLATIONS), {
      description: 'Isolation level.',
      without: "the server's default",
      examples: ['serializable'],
    }),
    read_only: optional(z.boolean(), {
      description: 'Whether the transaction is read only.',
      default: scenario.read_only,
      examples: [true],
    }),
    retries: optional(integer(0, 1000), {
      description:
        'Repetitions of the iteration after a serialization failure or a deadlock, each after a short random backoff, 0 to 1000.',
      default: scenario.retries,
      examples: [3],
    }),
  })
  .meta({ id: 'transaction', description: 'A database transaction around the steps of an iteration.' });

const VARIABLE = /^[A-Za-z_]\w{0,63}$/;

/** Fields of a scenario, in addition to those of all jobs. */
export const SCENARIO_FIELDS = {
  steps: required(stepsSchema, {
    description: 'Requests of one iteration, in order: see [Scenarios](scenarios.md).',
    examples: [[{ name: 'home', http: { path: '/' } }]],
  }),
  before: optional(stepsSchema, {
    description: 'Steps of each user before its first iteration, such as a login; not in the numbers of the job.',
    without: 'none',
    examples: [[{ name: 'login', http: { method: 'POST', path: '/login' }, capture: { token: '$.token' } }]],
  }),
  after: optional(stepsSchema, {
    description: 'Steps of each user after its last iteration; not in the numbers of the job.',
    without: 'none',
    examples: [[{ name: 'logout', http: { method: 'POST', path: '/logout' } }]],
  }),
  variables: optional(
    z.record(z.string().regex(VARIABLE, { error: 'must be a name of letters, digits and _' }), z.unknown()),
    {
      description: 'Values that are drawn once for each iteration: `#vars.name` in every step.',
      without: 'none',
      examples: [{ stars: '#int(1,5)' }],
    },
  ),
  session: optional(z.enum(['user', 'iteration']), {
    description:
      'Lifetime of cookies, captures of `before` and the connection: `user` for all iterations of a user, `iteration` for a new user in each iteration.',
    default: scenario.session,
    examples: ['iteration'],
  }),
  on_error: optional(z.enum(['next_iteration', 'continue']), {
    description: 'After a failed step: end the iteration, or continue with its next step.',
    default: scenario.on_error,
    examples: ['continue'],
  }),
  transaction: optional(transactionSchema, {
    description: 'A database transaction around the steps: begin, commit, and rollback after a failed step.',
    without: 'none',
    examples: [{ isolation: 'serializable', retries: 3 }],
  }),
};

/** Fields of a scenario before defaults. */
export type ScenarioEntry = z.infer<z.ZodObject<typeof SCENARIO_FIELDS>>;

/** Field names by the key that holds such an object. */
export const TRANSACTION_FIELDS: readonly string[] = Object.keys(transactionSchema.shape);
