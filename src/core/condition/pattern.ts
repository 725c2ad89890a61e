import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { BOUNDS } from '../bounds.ts';
import { messageOf } from '../errors.ts';

/** A regular expression of RE2's syntax that is matched against whole texts, in time linear in their length. */
export interface Pattern {
  matches(text: string): boolean;
}

/** Why a text is not a pattern. */
export interface PatternFault {
  readonly message: string;
  readonly hint: string;
}

const require = createRequire(import.meta.url);

/** Loaded where the first pattern is compiled: few workloads have one. */
let engine: typeof RE2JS | undefined;

/** Compiles the expression of `=~` or `!~`; `.` matches a line end too, as in Prometheus. */
export function compilePattern(text: string): { readonly pattern: Pattern } | { readonly fault: PatternFault } {
  const { patternCharacters, patternInstructions } = BOUNDS;
  if (text.length > patternCharacters) return tooLarge(`at most ${patternCharacters} characters`);
  engine ??= (require('re2js') as { readonly RE2JS: typeof RE2JS }).RE2JS;
  try {
    const compiled = engine.compile(text, engine.DOTALL);
    if (compiled.programSize() > patternInstructions)
      return tooLarge('repeat less: `x{1000}` is as long as 1000 times x');
    return { pattern: { matches: (value) => compiled.testExact(value) } };
  } catch (error) {
    const reason = messageOf(error)
      .replace(/^error parsing regexp: /, '')
      .replace('`(?s)', '`');
    return {
      fault: {
        message: `this is not a regular expression: ${reason}`,
        hint: 'the syntax is that of RE2, as in Prometheus: without look-around and back-references',
      },
    };
  }
}

function tooLarge(hint: string): { readonly fault: PatternFault } {
  return { fault: { message: 'this regular expression is too large', hint } };
}
