import type { z } from 'zod';
import { asObject } from './checks/job-list.ts';
import type { PathDiagnostic } from './path-diagnostic.ts';
import type { Path } from './path.ts';
import { describeValue, zodErrorMap } from './zod-error-map.ts';
import { untypedJobSchema } from './schema/job.ts';
import { fieldsAt, isJobType, isOtherJobField, ownersOfField } from './schema/known-fields.ts';
import { canonicalField } from './schema/aliases.ts';
import { workloadSchema } from './schema/workload.ts';
import { didYouMean } from './suggest.ts';
import { wrongValue } from './wrong-value.ts';

type Issue = z.core.$ZodIssue;

/** Checks a file against the schema of workload files; returns every violation. */
export function checkShape(file: unknown): PathDiagnostic[] {
  return issuesOf(workloadSchema, file).flatMap((issue) => explain(issue, []));
}

/** Checks one value that does not come from the file (a flag, a request) against a schema of the file. */
export function checkValue(schema: z.ZodType, value: unknown, path: Path): PathDiagnostic[] {
  return issuesOf(schema, value).flatMap((issue) => explain(issue, path));
}

function issuesOf(schema: z.ZodType, value: unknown): Issue[] {
  return schema.safeParse(value, { error: zodErrorMap, reportInput: true }).error?.issues ?? [];
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
  if (path.at(-2) === 'jobs') return errors[asObject(input)?.['parallel'] === undefined ? 0 : 1];
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
  return issuesOf(untypedJobSchema, job).flatMap((issue) => explain(issue, path));
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

/** Hint for a field name of another load tester: the equivalent field and the objects that have it. */
function inOurWords(key: string, fields: readonly string[]): string | undefined {
  const ours = canonicalField(key);
  if (ours === undefined) return undefined;
  return `did you mean \`${ours}\`${fields.includes(ours) ? '' : `, a field of ${ownersOfField(ours)}`}?`;
}
