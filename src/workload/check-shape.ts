import type { TextFault, PathDiagnostic, Path } from './diagnostics.ts';
import { type WorkloadFile, workloadSchema } from './schema.ts';
import { isJobType, asObject } from './entries.ts';
import type { z } from 'zod';
import { ParsedTexts } from './parsed-texts.ts';
import { cutText } from '../shared/text.ts';
import { mayHoldSecret } from './field-paths.ts';
import { canonicalField, fieldsAt, isOtherJobField, ownersOfField } from './known-fields.ts';
import { untypedJobSchema } from './features/job/schema.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** A file that was parsed by the schema of workload files. */
export interface ParsedFile {
  /** Texts such as durations and conditions are their values; `undefined` with findings. */
  readonly file: WorkloadFile | undefined;
  /** Every violation of the schema. */
  readonly findings: readonly PathDiagnostic[];
}

/**
 * Parses a file by the schema of workload files.
 * @param texts keeps the values of its texts
 */
export function parseShape(given: unknown, texts = new ParsedTexts()): ParsedFile {
  return texts.keep(() => {
    const { value, findings } = parseValue(workloadSchema, given, []);
    return { file: value === undefined ? undefined : inOrder(value, given), findings };
  });
}

/**
 * Returns the parsed value with its keys in the order of the file: the order of weights is that of the operations. Zod
 * orders them by the schema, and leaves out `__proto__`.
 */
function inOrder<Value>(parsed: Value, given: unknown): Value;
function inOrder(parsed: unknown, given: unknown): unknown {
  if (Array.isArray(parsed)) {
    return Array.isArray(given) ? parsed.map((item, index) => inOrder(item, given[index])) : parsed;
  }
  const [values, fields] = [asObject(parsed), asObject(given)];
  if (values === undefined || fields === undefined || !Object.keys(values).every((key) => Object.hasOwn(fields, key))) {
    return parsed; // a value made of the text or object of the file
  }
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      Object.hasOwn(values, key) ? inOrder(values[key], field) : field,
    ]),
  );
}

/** Result of one value that a schema parses: the value if there are no findings. */
export interface ParsedValue<Value> {
  readonly value: Value | undefined;
  readonly findings: readonly PathDiagnostic[];
}

/**
 * Parses one value by a part of the schema.
 * @param path place of the value, or the name of its flag
 */
export function parseValue<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  path: Path,
): ParsedValue<z.output<Schema>> {
  // Compiling a parser of each object takes longer than parsing a file.
  const { data, error } = schema.safeParse(given, { error: zodErrorMap, reportInput: true, jitless: true });
  return { value: data, findings: error === undefined ? [] : error.issues.flatMap((issue) => explain(issue, path)) };
}

function explain(issue: Issue, base: Path): PathDiagnostic[] {
  const path = [...base, ...issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField(path, key, asObject(issue.input)?.['type']));
  }
  if (issue.code === 'invalid_key') {
    return [
      { path, message: `${describeValue(path.at(-1))} ${issue.issues[0]?.message ?? issue.message}`, part: 'key' },
    ];
  }
  if (issue.code === 'custom' && issue.params?.['fault'] !== undefined) {
    return [{ path, ...(issue.params['fault'] as TextFault), inText: true }]; // of `parsed`
  }
  if (issue.code === 'invalid_union') {
    if (issue.discriminator !== undefined) return untypedJob(issue.input, path.slice(0, -1));
    const branch = branchOf(issue, path);
    if (branch !== undefined) return branch.flatMap((inner) => explain(inner, path));
  }
  return [wrongValue(issue, path)];
}

/** Picks the branch of a union that the value most likely meant; `undefined` when it is ambiguous. */
function branchOf({ errors, input }: Extract<Issue, { code: 'invalid_union' }>, path: Path): Issue[] | undefined {
  // An entry of `jobs` is a job or a group.
  if (path.at(-2) === 'jobs') {
    const { type, parallel } = asObject(input) ?? {};
    return errors[parallel === undefined || (isJobType(type) && !Array.isArray(parallel)) ? 0 : 1];
  }
  // The branch whose type matches, with an error at a deeper path.
  return errors
    .filter(
      (branch) =>
        branch.length > 0 && branch.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
    )
    .toSorted((a, b) => unknownKeys(a) - unknownKeys(b))[0];
}

/** Counts the unknown keys of a branch; the branch with the fewest is the intended one. */
function unknownKeys(issues: readonly Issue[]): number {
  return issues.reduce((count, issue) => count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
}

/** A job whose type is missing or unknown is checked against the fields of all types. */
function untypedJob(job: unknown, path: Path): PathDiagnostic[] {
  if (asObject(job)?.['parallel'] !== undefined) {
    return [{ path, message: 'parallel groups cannot be nested', hint: 'list all jobs in one group' }];
  }
  return [...parseValue(untypedJobSchema, job, path).findings];
}

/** Hints list at most this many fields. */
const FEW_FIELDS = 6;

function unknownField(parent: Path, key: string, type: unknown): PathDiagnostic {
  const path = [...parent, key];
  if (isOtherJobField(parent, key)) {
    const holder = isJobType(type) ? `${type} job` : 'parallel group';
    return { path, part: 'key', message: `\`${key}\` does not apply to a ${holder}`, hint: 'leave it out' };
  }
  const fields = fieldsAt(parent, type);
  const elsewhere = ownersOfField(key);
  const hint =
    didYouMean(key, fields) ??
    inOurWords(key, fields) ??
    (elsewhere && `it is a field of ${elsewhere}`) ??
    (fields.length > 0 && fields.length <= FEW_FIELDS ? `it may be ${fields.join(', ')}` : undefined);
  return { path, part: 'key', message: `\`${key}\` is not a known field`, hint };
}

/** Equivalent of the field `target` that k6's stages have, in a stage of rates or of users. */
function stageField(key: string, fields: readonly string[]): string | undefined {
  if (key !== 'target' || fields.length > FEW_FIELDS) return undefined;
  return ['pace', 'users'].find((name) => fields.includes(name));
}

/** Hint for a field name of another load tester: the equivalent field and the objects that have it. */
function inOurWords(key: string, fields: readonly string[]): string | undefined {
  const ours = stageField(key, fields) ?? canonicalField(key);
  if (ours === undefined) return undefined;
  return `did you mean \`${ours}\`${fields.includes(ours) ? '' : `, a field of ${ownersOfField(ours)}`}?`;
}

/**
 * Builds the finding of a missing or wrong value. The issue's message states the allowed values, its second line is the
 * hint; the actual value is appended here.
 */
function wrongValue(issue: Issue, path: Path): PathDiagnostic {
  const [said = '', hint] = issue.message.split('\n');
  if (issue.input === undefined || !said.startsWith('must')) {
    return { path, message: nameMissing(said, path), hint: hint ?? missingHint(issue) };
  }
  const found = foundValue(issue, path);
  const message = found === undefined ? said : `${said}; it is ${found}`;
  return { path, message, hint: hint ?? valueHint(issue) };
}

function nameMissing(said: string, path: Path): string {
  return said === 'is missing' ? `\`${String(path.at(-1))}\` is missing` : said;
}

/** Hint with the allowed values of a missing field, if they are a closed set. */
function missingHint(issue: Issue): string | undefined {
  return issue.input === undefined && issue.code === 'invalid_value'
    ? `one of ${issue.values.map(String).join(', ')}`
    : undefined;
}

function valueHint(issue: Issue): string | undefined {
  if (typeof issue.input !== 'string') return undefined;
  if (issue.code === 'invalid_value') return didYouMean(issue.input, issue.values.map(String));
  const unquotable = issue.code === 'invalid_type' && ['number', 'int', 'boolean'].includes(issue.expected);
  return unquotable && /^(-?\d+(\.\d+)?|true|false)$/.test(issue.input) ? 'write it without quotes' : undefined;
}

/** Actual value, if it explains the issue. Values of secret fields are not shown. */
function foundValue(issue: Issue, path: Path): string | undefined {
  const isCompound = typeof issue.input === 'object' && issue.input !== null;
  if (isCompound && issue.code !== 'invalid_type' && issue.code !== 'invalid_union') return undefined;
  if (!mayHoldSecret(path)) return describeValue(issue.input);
  return typeof issue.input === 'string' ? undefined : kindOf(issue.input);
}

function kindOf(value: unknown): string {
  return typeof value === 'number' ? 'a number' : describeValue(value);
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** Error map for issues without a message in the schema. Messages continue "jobs[1].pace ...". */
function zodErrorMap(issue: RawIssue): string {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    // The schema has messages for its formats and unions; checkShape reports keys.
    case 'invalid_key':
    case 'invalid_union':
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'custom':
    default:
      return 'is not valid';
  }
}

/** A value within a message: `50`, `"fifty"`, `an object`. */
function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  // Removes credentials from a URL in a field that should not hold one.
  const shown = JSON.stringify(value.replaceAll(/\/\/[^/@\s]*@/g, '//'));
  return shown.length > MAX_SHOWN ? `${cutText(shown, MAX_SHOWN)}"` : shown;
}

const MAX_SHOWN = 60;
