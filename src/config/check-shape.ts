import type { z } from 'zod';
import { JOB_TYPES } from '../core/job-type.ts';
import { asObject } from './checks/job-list.ts';
import type { Finding } from './finding.ts';
import type { Path } from './path.ts';
import { describeValue, phrase } from './phrase.ts';
import { untypedJobSchema } from './schema/job.ts';
import { fieldsAt, isOtherJobField, whoHas } from './schema/known-fields.ts';
import { workloadSchema } from './schema/workload.ts';
import { maySecret } from './secret-path.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** Everything about the file that its definition does not allow. */
export function checkShape(file: unknown): Finding[] {
  return issuesOf(workloadSchema, file).flatMap((issue) => explain(issue, []));
}

/** What is wrong with one value, in the words of the file's definition; for values that come from elsewhere. */
export function checkValue(schema: z.ZodType, value: unknown, path: Path): Finding[] {
  return issuesOf(schema, value).flatMap((issue) => explain(issue, path));
}

function issuesOf(schema: z.ZodType, value: unknown): Issue[] {
  return schema.safeParse(value, { error: phrase, reportInput: true }).error?.issues ?? [];
}

function explain(issue: Issue, base: Path): Finding[] {
  const path = [...base, ...issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField(path, key, asObject(issue.input)?.['type']));
  }
  if (issue.code === 'invalid_key') {
    return [
      { path, message: `${describeValue(path.at(-1))} ${issue.issues[0]?.message ?? issue.message}`, part: 'key' },
    ];
  }
  if (issue.code === 'invalid_union') {
    if (issue.discriminator !== undefined) return untypedJob(issue.input, path.slice(0, -1));
    const branch = branchOf(issue, path);
    if (branch !== undefined) return branch.flatMap((inner) => explain(inner, path));
  }
  return [wrongValue(issue, path)];
}

/** An entry of `jobs` is a job or a group; only the issues of what it was meant to be are of interest. */
function branchOf(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path): Issue[] | undefined {
  if (path.at(-2) !== 'jobs') return undefined;
  const entry = asObject(issue.input);
  return issue.errors[entry !== undefined && 'parallel' in entry ? 1 : 0];
}

/** A job whose type is missing or unknown is checked against the fields of all types. */
function untypedJob(job: unknown, path: Path): Finding[] {
  if (asObject(job)?.['parallel'] !== undefined) {
    return [{ path, message: 'a parallel group cannot hold another', hint: 'list all the jobs in one group' }];
  }
  return issuesOf(untypedJobSchema, job).flatMap((issue) => explain(issue, path));
}

function unknownField(parent: Path, key: string, type: unknown): Finding {
  const path = [...parent, key];
  if (isOtherJobField(parent, key)) {
    return { path, part: 'key', message: `\`${key}\` means nothing for a ${String(type)} job`, hint: 'leave it out' };
  }
  const elsewhere = whoHas(key);
  const hint = elsewhere === undefined ? didYouMean(key, fieldsAt(parent, type)) : `it is a field of ${elsewhere}`;
  return { path, part: 'key', message: `\`${key}\` is not a known field`, hint };
}

function wrongValue(issue: Issue, path: Path): Finding {
  const [said = '', hint] = issue.message.split('\n');
  if (issue.input === undefined || !said.startsWith('must')) {
    return { path, message: nameMissing(said, path), hint: hint ?? missingHint(said, path) };
  }
  const found = foundValue(issue, path);
  const message = found === undefined ? said : `${said}; it is ${found}`;
  return { path, message, hint: hint ?? valueHint(issue) };
}

function nameMissing(said: string, path: Path): string {
  return said === 'is missing' ? `\`${String(path.at(-1))}\` is missing` : said;
}

function missingHint(said: string, path: Path): string | undefined {
  return said === 'is missing' && path.at(-1) === 'type' ? `one of ${JOB_TYPES.join(', ')}` : undefined;
}

function valueHint(issue: Issue): string | undefined {
  if (typeof issue.input !== 'string') return undefined;
  if (issue.code === 'invalid_value') return didYouMean(issue.input, issue.values.map(String));
  const unquotable = issue.code === 'invalid_type' && ['number', 'int', 'boolean'].includes(issue.expected);
  return unquotable && /^(-?\d+(\.\d+)?|true|false)$/.test(issue.input) ? 'write it without quotes' : undefined;
}

/** What stands in the file, as far as it explains the issue. What a secret field holds is not shown. */
function foundValue(issue: Issue, path: Path): string | undefined {
  const isText = typeof issue.input === 'string';
  if (maySecret(path)) return isText ? undefined : kindOf(issue.input);
  const isCompound = typeof issue.input === 'object' && issue.input !== null;
  return isCompound && issue.code !== 'invalid_type' && issue.code !== 'invalid_union'
    ? undefined
    : describeValue(issue.input);
}

function kindOf(value: unknown): string {
  return typeof value === 'number' ? 'a number' : describeValue(value);
}
