import { z } from 'zod';
import { subjectName } from '../../checks/describe.ts';
import { compileJsonPath } from '../../checks/json-path.ts';
import { compilePattern } from '../../conditions/pattern.ts';
import type { CheckPlan, CheckSubject, ValueComparison, ExpectPlan } from '../../plan/response-plan.ts';
import type { Json } from '../../shared/json.ts';
import { DEFAULTS } from '../defaults.ts';
import type { TextFault } from '../diagnostics.ts';
import { checkedText, optional, parsed, positiveDuration, size, text } from '../values.ts';
import { headerName } from './server.ts';
import { statuses } from './http/schema.ts';

/** A JSON path as text; its error names the character. */
export const jsonPath = checkedText((path) => {
  const compiled = compileJsonPath(path);
  if (!('fault' in compiled)) return undefined;
  return {
    message: `\`${path}\` is not a JSON path: ${compiled.fault}`,
    hint: 'the syntax is RFC 9535, such as "$.items[0].id" or "$..name"',
  };
});

/** A regular expression as text. */
export const pattern = checkedText((given) => {
  const compiled = compilePattern(given);
  return 'fault' in compiled ? compiled.fault : undefined;
});

const SIGNS = {
  '<': 'less',
  '<=': 'at_most',
  '>': 'more',
  '>=': 'at_least',
  '==': 'equal',
  '!=': 'not_equal',
} as const;
const BOUND = /^\s*(<=|>=|==|!=|<|>|)\s*(-?\d+(?:\.\d+)?)\s*$/;

/** A number, or a bound of a number: `"> 0"`. */
const count = z.union(
  [
    z.number().transform((value): ValueComparison => ({ kind: 'equal', value })),
    parsed((given): ValueComparison | TextFault => {
      const [, sign, number] = BOUND.exec(given) ?? [];
      if (sign === '') return { kind: 'equal', value: Number(number) };
      if (sign !== undefined) return { kind: SIGNS[sign as keyof typeof SIGNS], value: Number(number) };
      return { message: 'must be a number, or a bound such as "> 0"', hint: 'the signs are <, <=, >, >=, == and !=' };
    }),
  ],
  { error: 'must be a number, or a bound such as "> 0"' },
);

const number = z.number({ error: 'must be a number' });
const isTrue = z.literal(true, { error: 'must be true' });

const COMPARISON_FIELDS = {
  equal: optional(z.unknown(), { description: 'The value is equal.', without: 'any', examples: ['ok', 3] }),
  not_equal: optional(z.unknown(), { description: 'The value differs.', without: 'any', examples: ['error'] }),
  less: optional(number, { description: 'The value is less than this number.', without: 'any', examples: [10] }),
  at_most: optional(number, { description: 'The value is at most this number.', without: 'any', examples: [10] }),
  more: optional(number, { description: 'The value is more than this number.', without: 'any', examples: [0] }),
  at_least: optional(number, { description: 'The value is at least this number.', without: 'any', examples: [1] }),
  contains: optional(text, { description: 'The text contains this one.', without: 'any', examples: ['Welcome'] }),
  not_contains: optional(text, {
    description: 'The text does not contain this one.',
    without: 'any',
    examples: ['error'],
  }),
  matches: optional(pattern, {
    description: 'The text contains a match of this regular expression (RE2).',
    without: 'any',
    examples: ['^[0-9]+$'],
  }),
  present: optional(isTrue, { description: 'There is a value.', without: 'any', examples: [true] }),
  absent: optional(isTrue, { description: 'There is no value.', without: 'any', examples: [true] }),
  length: optional(count, {
    description: 'Number of elements of a list, fields of an object, or characters of a text: a number or a bound.',
    without: 'any',
    examples: [10, '> 0'],
  }),
};

const comparisonSchema = z
  .strictObject(COMPARISON_FIELDS)
  .refine((fields) => Object.keys(fields).length > 0, { error: 'must hold at least one comparison' })
  .meta({ id: 'comparison', description: 'Comparisons of a value: all must hold.', minProperties: 1 });

const SCALAR = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const VALUE_FORMS = 'must be a value, or comparisons such as { "more": 0 }';

/** A value that must be equal, or comparisons. */
const expected = z.union([SCALAR, z.array(z.unknown()), comparisonSchema], { error: VALUE_FORMS });

const bodySchema = z
  .strictObject({
    ...COMPARISON_FIELDS,
    min_bytes: optional(size, { description: 'Smallest size of the decoded body.', without: 'any', examples: [100] }),
    max_bytes: optional(size, {
      description: 'Largest size of the decoded body.',
      without: 'any',
      examples: ['10KiB'],
    }),
  })
  .omit({ present: true, absent: true })
  .meta({ id: 'body', description: 'Comparisons of a body: all must hold.', minProperties: 1 });

const DURATION_FORM = 'must be a bound such as "< 500ms"';
const durationBound = z.string({ error: DURATION_FORM }).transform((given, { issues }) => {
  const [, sign, limit = ''] = /^\s*(<=?)\s*(\S+)\s*$/.exec(given) ?? [];
  const ms = positiveDuration.safeParse(limit);
  if (sign !== undefined && ms.success) return { sign, ms: ms.data };
  issues.push({ code: 'custom', input: given, message: DURATION_FORM });
  return z.NEVER;
});

const share = z.number({ error: 'must be a share above 0, at most 1' });
export const SHARE = share
  .positive({ error: 'must be a share above 0, at most 1' })
  .max(1, { error: 'must be a share above 0, at most 1' });

const expectSchema = z
  .strictObject({
    name: optional(text, {
      description: 'Name of the check in reports: its failures are counted under it.',
      without: 'the name of the compared part, such as `$.errors`',
      examples: ['no GraphQL errors'],
    }),
    status: optional(statuses, {
      description: 'As `http.expect_status`: the statuses that count as ok.',
      without: '`http.expect_status`',
      examples: [201, '2xx'],
    }),
    headers: optional(z.record(headerName, expected), {
      description: 'Headers of the response: a value that must be equal, or comparisons.',
      without: 'any',
      examples: [{ 'content-type': { contains: 'json' } }],
    }),
    body: optional(
      z.union([z.string(), bodySchema], { error: 'must be text, or comparisons such as { "contains": "Welcome" }' }),
      {
        description: 'The body: a text that must be equal, or comparisons.',
        without: 'any',
        examples: [{ contains: 'Welcome' }],
      },
    ),
    json: optional(z.record(jsonPath, expected), {
      description:
        'JSON paths (RFC 9535) of the body, or of the rows of a database, with a value that must be equal, or comparisons. A path with several nodes must hold for all of them. Compared values may contain template tags, such as `#login.name` or a saved field.',
      without: 'any',
      examples: [{ '$.errors': { absent: true }, '$.items': { length: '> 0' } }],
    }),
    rows: optional(count, {
      description: 'Number of rows that a database returned or changed: a number or a bound.',
      without: 'any',
      examples: [1, '> 0'],
    }),
    events: optional(count, {
      description: 'Number of events of a `stream`: a number or a bound.',
      without: 'any',
      examples: [12, '> 0'],
    }),
    duration: optional(durationBound, {
      description: 'Bound of the service time: `"< 500ms"`. A slower response counts as an error.',
      without: 'any',
      examples: ['< 500ms'],
    }),
    sample: optional(SHARE, {
      description: 'Share of the responses that are checked, above 0 to 1.',
      default: DEFAULTS.expect.sample,
      examples: [0.1],
    }),
  })
  .meta({
    id: 'expect',
    description: 'Checks of a response. A response that fails one counts as an error of class `check`.',
  });

/** Checks of responses: of a job, an operation or a step. */
export const expectField = optional(expectSchema, {
  description: 'Checks of the response: see [Checks](#checks). A response that fails one is an error of class `check`.',
  without: 'the status alone decides',
  examples: [{ status: 200, json: { '$.errors': { absent: true } } }],
});

/** Field names by the key that holds such an object. */
export const EXPECT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  expect: Object.keys(expectSchema.shape),
};

/** Checks before defaults. */
export type ExpectEntry = z.infer<typeof expectSchema>;

type ExpectedEntry = z.infer<typeof expected>;

/** Plans checks; `undefined`: the entry has none but a status. */
export function planExpect(entry: ExpectEntry | undefined): ExpectPlan | undefined {
  if (entry === undefined) return undefined;
  const { name, headers = {}, body, json = {}, rows, events, duration, sample = DEFAULTS.expect.sample } = entry;
  const plan = (subject: CheckSubject, comparisons: readonly ValueComparison[]): CheckPlan[] =>
    comparisons.map((comparison) => ({ name: name ?? subjectName(subject), subject, comparison }));
  const checks = [
    ...Object.entries(headers).flatMap(([header, given]) =>
      plan({ kind: 'header', name: header.toLowerCase() }, comparisonsOf(given)),
    ),
    ...(body === undefined ? [] : planBody(body, plan)),
    ...Object.entries(json).flatMap(([path, given]) => plan({ kind: 'json', path }, comparisonsOf(given))),
    ...(rows === undefined ? [] : plan({ kind: 'rows' }, [rows])),
    ...(events === undefined ? [] : plan({ kind: 'events' }, [events])),
    ...(duration === undefined
      ? []
      : plan({ kind: 'duration' }, [{ kind: duration.sign === '<' ? 'less' : 'at_most', value: duration.ms }])),
  ];
  return checks.length === 0 ? undefined : { checks, sample };
}

function planBody(
  body: NonNullable<ExpectEntry['body']>,
  plan: (subject: CheckSubject, comparisons: readonly ValueComparison[]) => CheckPlan[],
): CheckPlan[] {
  if (typeof body === 'string') return plan({ kind: 'body' }, [{ kind: 'equal', value: body }]);
  const { min_bytes: min, max_bytes: max, ...comparisons } = body;
  return [
    ...plan({ kind: 'body' }, comparisonsOf(comparisons)),
    ...(min === undefined ? [] : plan({ kind: 'body_bytes' }, [{ kind: 'at_least', value: min }])),
    ...(max === undefined ? [] : plan({ kind: 'body_bytes' }, [{ kind: 'at_most', value: max }])),
  ];
}

function comparisonsOf(given: ExpectedEntry): readonly ValueComparison[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return [{ kind: 'equal', value: given as Json }]; // the parsers make nothing but JSON values
  }
  return Object.entries(given).map(([kind, value]): ValueComparison => {
    if (kind === 'present' || kind === 'absent') return { kind };
    if (kind === 'matches') return { kind, pattern: String(value) };
    if (kind === 'length') return { kind, of: value as ValueComparison };
    return { kind, value } as ValueComparison; // by the schema
  });
}
