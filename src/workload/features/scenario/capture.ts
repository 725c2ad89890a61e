import { z } from 'zod';
import type { CapturePlan, CaptureSource } from '../../../plan/response-plan.ts';
import type { Json } from '../../../shared/json.ts';
import { DEFAULTS } from '../../defaults.ts';
import { optional, text } from '../../values.ts';
import { jsonPath, pattern } from '../expect.ts';
import { headerName } from '../server.ts';

const SOURCES = ['json', 'regex', 'header', 'cookie', 'status', 'row'] as const;
const PICKS = ['first', 'last', 'random', 'all'] as const;
const ONE_SOURCE = `must hold one of ${SOURCES.join(', ')}`;

const captureSchema = z
  .strictObject({
    json: optional(jsonPath, {
      description: 'JSON path (RFC 9535) of the body, or of the rows of a database: the value of its first node.',
      without: 'not used',
      examples: ['$.token'],
    }),
    regex: optional(pattern, {
      description: 'Regular expression (RE2) over the body: its first group, or its match without groups.',
      without: 'not used',
      examples: ['name="csrf" value="([^"]+)"'],
    }),
    header: optional(headerName, { description: 'A header.', without: 'not used', examples: ['location'] }),
    cookie: optional(text, {
      description: 'A cookie that the response sets.',
      without: 'not used',
      examples: ['session'],
    }),
    status: optional(z.literal(true, { error: 'must be true' }), {
      description: 'The status code.',
      without: 'not used',
      examples: [true],
    }),
    row: optional(z.union([text, z.literal(true)], { error: 'must be the name of a column, or true for all rows' }), {
      description: "A column of the result's first row, or `true` for the list of all rows.",
      without: 'not used',
      examples: ['balance', true],
    }),
    pick: optional(z.enum(PICKS), {
      description:
        'Selection among several nodes of `json`, or several matches of `regex`: `first`, `last`, `random` (drawn for each request), or `all` of them as a list.',
      default: DEFAULTS.scenario.pick,
      examples: ['random'],
    }),
    metric: optional(text, {
      description:
        'Custom metric that records the value, a number: seconds for a trend. See [Custom metrics](metrics.md#custom-metrics).',
      without: 'none',
      examples: ['cart_seconds'],
    }),
    default: optional(z.unknown(), {
      description: 'Value where the response has none.',
      without: 'the step fails',
      examples: [''],
    }),
  })
  .refine((fields) => SOURCES.filter((source) => fields[source] !== undefined).length === 1, {
    error: ONE_SOURCE,
    when: ({ issues }) => issues.length === 0,
  })
  .refine(({ pick, json, regex }) => pick === undefined || json !== undefined || regex !== undefined, {
    path: ['pick'],
    error: '`pick` applies to `json` and `regex`: other sources have one value',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({
    id: 'capture',
    description: 'Source of a captured value.',
    oneOf: SOURCES.map((source) => ({ required: [source] })),
  });

const NAME = /^[A-Za-z_]\w{0,63}$/;

/** Captured values by name: a JSON path, or a source. */
export const capturesSchema = z.record(
  z.string().regex(NAME, { error: 'must be a name of letters, digits and _ that begins with a letter' }),
  z.union([jsonPath, captureSchema], {
    error: 'must be a JSON path such as "$.token", or a source such as { "header": "location" }',
  }),
);

/** Plans the captures of a step. */
export function planCaptures(captures: z.infer<typeof capturesSchema> | undefined): readonly CapturePlan[] {
  return Object.entries(captures ?? {}).map(([name, given]): CapturePlan => {
    const { pick: defaultPick } = DEFAULTS.scenario;
    if (typeof given === 'string') {
      return { name, source: { kind: 'json', path: given }, pick: defaultPick, fallback: undefined, metric: undefined };
    }
    const { pick = defaultPick, default: fallback, metric } = given;
    return { name, source: sourceOf(given), pick, fallback: fallback as Json | undefined, metric };
  });
}

function sourceOf({ json, regex, header, cookie, row }: z.infer<typeof captureSchema>): CaptureSource {
  if (json !== undefined) return { kind: 'json', path: json };
  if (regex !== undefined) return { kind: 'regex', pattern: regex };
  if (header !== undefined) return { kind: 'header', name: header.toLowerCase() };
  if (cookie !== undefined) return { kind: 'cookie', name: cookie };
  if (row !== undefined) return { kind: 'row', column: row === true ? undefined : row };
  return { kind: 'status' };
}
