import type { z } from 'zod';
import type { PathDiagnostic } from './path-diagnostic.ts';
import type { Path } from './path.ts';
import { describeValue } from './zod-error-map.ts';
import { mayHoldSecret } from './secret-path.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/**
 * Builds the finding of a missing or wrong value. The issue's message states the allowed values, its second line is the
 * hint; the actual value is appended here.
 */
export function wrongValue(issue: Issue, path: Path): PathDiagnostic {
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
