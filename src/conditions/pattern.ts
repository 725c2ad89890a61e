import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { messageOf } from '../shared/errors.ts';

/** A regular expression in RE2 syntax, whose time is linear in the text. */
export interface Pattern {
  /** Whether it matches the complete text. */
  matches(text: string): boolean;
  /** First group of the first match, or the whole match without groups; `undefined`: no match. */
  find(text: string): string | undefined;
  /** As `find`, for every match that does not overlap an earlier one. */
  findAll(text: string): readonly string[];
}

/** Error of a regular expression. */
export interface PatternError {
  readonly message: string;
  readonly hint: string;
}

const require = createRequire(import.meta.url);

/** Loaded when the first pattern is compiled: few workloads have one. */
let engine: typeof RE2JS | undefined;

function find(compiled: RE2JS, text: string): string | undefined {
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return undefined;
  return matcher.group(matcher.groupCount() > 0 ? 1 : 0) ?? undefined;
}

function findAll(compiled: RE2JS, text: string): readonly string[] {
  const matcher = compiled.matcher(text);
  const group = matcher.groupCount() > 0 ? 1 : 0;
  const found: string[] = [];
  while (matcher.find()) {
    const value = matcher.group(group);
    if (value !== null) found.push(value);
  }
  return found;
}

/** Compiles the expression of `=~` or `!~`; `.` also matches line ends, as in Prometheus. */
export function compilePattern(text: string): { readonly pattern: Pattern } | { readonly fault: PatternError } {
  const { patternCharacters, patternInstructions } = WORKLOAD_LIMITS;
  if (text.length > patternCharacters) return tooLarge(`at most ${patternCharacters} characters`);
  engine ??= (require('re2js') as { readonly RE2JS: typeof RE2JS }).RE2JS;
  try {
    const compiled = engine.compile(text, engine.DOTALL);
    if (compiled.programSize() > patternInstructions)
      return tooLarge('repeat less often: `x{1000}` counts as 1000 times x');
    return {
      pattern: {
        matches: (value) => compiled.testExact(value),
        find: (value) => find(compiled, value),
        findAll: (value) => findAll(compiled, value),
      },
    };
  } catch (error) {
    const reason = messageOf(error)
      .replace(/^error parsing regexp: /, '')
      .replace('`(?s)', '`');
    return {
      fault: {
        message: `this is not a regular expression: ${reason}`,
        hint: 'the syntax is RE2, as in Prometheus: without lookaround and backreferences',
      },
    };
  }
}

function tooLarge(hint: string): { readonly fault: PatternError } {
  return { fault: { message: 'this regular expression is too large', hint } };
}
