import { isFault, type TextFault } from './diagnostics.ts';
import { type ParsedTextSchema, parseText, type TextValue } from './parsed-texts.ts';
import { z } from 'zod';
import { formatMs, parseDuration } from '../shared/units.ts';

/** Notes on a field for the documentation and the JSON Schema. */
export interface FieldNotes {
  /** Meaning, unit and range, in whole sentences. */
  readonly description: string;
  /** Value of an absent field. */
  readonly default?: unknown;
  /** Meaning of an absent field as a phrase, when there is no fixed default. */
  readonly without?: string;
  readonly examples?: readonly unknown[];
  readonly deprecated?: boolean;
}

/**
 * An optional field. The default is documented here and applied by the plan, because a job inherits fields from the
 * workload, and a flag takes precedence over both.
 */
export function optional<Schema extends z.ZodType>(schema: Schema, notes: FieldNotes): z.ZodOptional<Schema> {
  return describe(schema.optional(), { ...notes });
}

/** Adds notes to a new schema. Its own `meta` would copy the schema first. */
function describe<Schema extends z.ZodType>(schema: Schema, notes: z.core.GlobalMeta): Schema {
  z.globalRegistry.add(schema, notes);
  return schema;
}

/** A required field. */
export function required<Schema extends z.ZodType>(schema: Schema, notes: FieldNotes): Schema {
  return schema.meta({ ...notes });
}

// Fifteen digits keep every value exact and finite.
const PARTS = String.raw`(\d{1,15}(\.\d{1,9})?(us|${'µs'}|ms|s|m|h|d))+`;

/** Notation of durations: `200ms`, `1.5s`, `1h30m`. `parseDuration` also accepts blanks. */
export const DURATION = new RegExp(`^${PARTS}$`);

/** A duration above 0. */
export const POSITIVE_DURATION = new RegExp(`^(?=.*[1-9])${PARTS}$`);

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const NUMBER = String.raw`\d{1,15}(\.\d{1,9})?`;

/** A rate with its unit: `500/s`, `30000/m`, `1000/h`; may be 0. */
export const RATE = new RegExp(`^${NUMBER}/[smh]$`);

/** Requests per second of a text that matches `RATE`. */
export function parseRate(rate: string): number {
  const [count, unit] = rate.split('/');
  return Number(count) / SECONDS[unit as keyof typeof SECONDS];
}

const UNIT_BYTES = { '': 1, K: 1000, M: 1000 ** 2, Ki: 1024, Mi: 1024 ** 2 } as const;
/** A size with its unit, in powers of 1000 (`KB`, `MB`) or of 1024 (`KiB`, `MiB`). */
export const SIZE = /^(\d{1,12}(?:\.\d{1,9})?) ?([kKM]i?)?B$/;

/** Bytes of a text that matches `SIZE`. Rounds fractions of a byte. */
export function parseSize(size: string): number {
  const match = SIZE.exec(size);
  const unit = (match?.[2] ?? '').replace('k', 'K') as keyof typeof UNIT_BYTES;
  return Math.round(Number(match?.[1]) * UNIT_BYTES[unit]);
}

// Error texts continue "jobs[1].pace ..." and state the allowed values; the actual value is appended unless it is
// secret. A second line is the hint.

export const NOT_BLANK = 'must not be blank';

/** Text with at least one visible character. */
export const text = z.string().regex(/\S/, { error: NOT_BLANK });

/** Error of a union of a `parsed` text and other forms. */
export function formsError(forms: string): (issue: { readonly input?: unknown }) => string | undefined {
  return ({ input }) => {
    if (input === undefined) return undefined;
    return typeof input === 'string' ? NOT_BLANK : forms;
  };
}

/**
 * A text that is parsed: its value is kept, and its error is reported in the words of `parse`.
 * @param form schema of the texts that are parsed; default: any that is not blank
 */
export function parsed<Value extends TextValue>(
  parse: (text: string) => Value | TextFault,
  form: z.ZodString = text,
): ParsedTextSchema<Value> {
  const schema: ParsedTextSchema<Value> = form.transform((given, { issues }) => {
    const value = parseText(schema, given, parse);
    if (!isFault(value)) return value;
    issues.push({ code: 'custom', input: given, message: value.message, params: { fault: value }, continue: true });
    return z.NEVER;
  });
  return schema;
}

/** A text that is checked, and stays text. */
export function checkedText(check: (text: string) => TextFault | undefined) {
  return parsed<string>((given) => check(given) ?? given);
}

const TRUE_DURATION = 'must be a duration such as "30s", "200ms" or "1h30m"';
const WITH_UNIT = `${TRUE_DURATION}\nadd a unit: a bare number could be seconds or milliseconds`;

/** A duration in milliseconds; may be 0. */
export const duration = durationText(DURATION, TRUE_DURATION);

/** A duration from 0 to `mostMs`, in milliseconds. */
export function durationUpTo(mostMs: number): ParsedTextSchema<number> {
  return durationText(DURATION, TRUE_DURATION, mostMs);
}

/** A duration in milliseconds, above 0. */
export const positiveDuration = durationText(POSITIVE_DURATION, `${TRUE_DURATION}, above 0`);

/** One millisecond in nanoseconds; a smaller number may be meant as seconds or milliseconds. */
const LEAST_NANOSECONDS = 1_000_000;
const nanoseconds = z
  .int()
  .min(LEAST_NANOSECONDS, { error: WITH_UNIT })
  .transform((count) => count / LEAST_NANOSECONDS);
const zero = z.int().min(0, { error: WITH_UNIT }).max(0, { error: WITH_UNIT });

/** A duration in milliseconds, above 0: text, or nanoseconds as in files of loadbot's `generate-config`. */
export const spanOrNanoseconds = z.union([positiveDuration, nanoseconds], {
  error: spanError(`${TRUE_DURATION}, above 0`),
});

/** A duration in milliseconds as an optional limit: 0 means no limit. */
export const limit = z.union([duration, nanoseconds, zero], { error: spanError(TRUE_DURATION) });

/** Error of a value that is not a duration; a bare number lacks a unit. */
export function spanError(message: string): (issue: { input?: unknown }) => string | undefined {
  return ({ input }) => {
    if (input === undefined) return undefined;
    return isBareNumber(input) ? WITH_UNIT : message;
  };
}

function durationText(pattern: RegExp, message: string, mostMs = Infinity): ParsedTextSchema<number> {
  const error = ({ input }: { input?: unknown }): string => (isBareNumber(input) ? WITH_UNIT : message);
  const form = z
    .string({ error: (issue) => (issue.input === undefined ? undefined : error(issue)) })
    .regex(pattern, { error });
  return parsed<number>((given) => {
    const ms = parseDuration(given);
    if (ms === undefined) return { message };
    return ms <= mostMs ? ms : { message: `must be at most ${formatMs(mostMs)}` };
  }, form);
}

function isBareNumber(input: unknown): boolean {
  return typeof input === 'number' || (typeof input === 'string' && /^[\d.]+$/.test(input));
}

/** Whole number within a range. */
export function integer(min: number, max: number): z.ZodInt {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .int({ error: presentOr(error) })
    .min(min, { error })
    .max(max, { error });
}

/** Whole number from `min` to 2^53 - 1. */
export function integerFrom(min: number): z.ZodInt {
  const error = `must be a whole number, ${min} or more`;
  return z.int({ error: presentOr(error) }).min(min, { error });
}

/** Number above 0, fractions allowed. */
export function positive(unit: string): z.ZodNumber {
  const error = `must be a number of ${unit} above 0`;
  return z.number({ error: presentOr(error) }).positive({ error });
}

const PORT_FORMS = 'must be a port, a whole number from 0 to 65535';
/** The pattern includes the range, so that editors check it too. */
const PORT_TEXT = /^(0|[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

/** A port as number or digits; 0 selects a free port. */
export const port = z.union(
  [
    z.int({ error: PORT_FORMS }).min(0, { error: PORT_FORMS }).max(65_535, { error: PORT_FORMS }),
    z.string().regex(PORT_TEXT, { error: PORT_FORMS }).transform(Number),
  ],
  { error: PORT_FORMS },
);

const RATE_FORMS = 'a number of requests per second, or text such as "500/s", "30000/m", "1000/h"';

/** Requests per second, 0 or more. */
export const rate = z.union(
  [
    z.number().nonnegative({ error: `must be ${RATE_FORMS}` }),
    parsed(parseRate, z.string().regex(RATE, { error: `must be ${RATE_FORMS}` })),
  ],
  { error: `must be ${RATE_FORMS}` },
);

/** Keeps a document well below the limits of strings and request bodies. */
const MAX_SIZE = 256 * 1024 ** 2;
const SIZE_FORMS =
  'must be a whole number of bytes up to 256 MiB, or text such as "512B", "1KB" (1000) or "1KiB" (1024)';

const sizeForm = z.union(
  [
    z.int({ error: SIZE_FORMS }).min(0, { error: SIZE_FORMS }).max(MAX_SIZE, { error: SIZE_FORMS }),
    z.string().regex(SIZE, { error: SIZE_FORMS }),
  ],
  { error: SIZE_FORMS },
);

/** A number of bytes within a range. */
export function sizeWithin(min: number, max: number, error: string) {
  return sizeForm.transform((given, { issues }) => {
    const bytes = typeof given === 'number' ? given : parseSize(given);
    if (bytes >= min && bytes <= max) return bytes;
    issues.push({ code: 'custom', input: given, message: bytes > MAX_SIZE ? SIZE_FORMS : error });
    return z.NEVER;
  });
}

/** A number of bytes. */
export const size = sizeWithin(0, MAX_SIZE, SIZE_FORMS);

/** Message for a wrong value; `phrase` has the message for an absent one. */
function presentOr(message: string): (issue: { input?: unknown }) => string | undefined {
  return ({ input }) => (input === undefined ? undefined : message);
}
