import { isDeepStrictEqual } from 'node:util';
import { compilePattern } from '../conditions/pattern.ts';
import type { ValueComparison } from '../plan/response-plan.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

/** Whether a value satisfies a comparison; `undefined`: there is no value. */
export type Test = (value: Json | undefined) => boolean;

/**
 * Compiles a comparison. Texts of digits compare as numbers with numbers, since headers and texts of databases have no
 * other form. A missing value satisfies `absent` only.
 * @throws {LoadbotError} for an invalid regular expression
 */
export function compileComparison(comparison: ValueComparison): Test {
  switch (comparison.kind) {
    case 'equal':
      return (value) => equals(value, comparison.value);
    case 'not_equal':
      return (value) => value !== undefined && !equals(value, comparison.value);
    case 'less':
      return (value) => numberOf(value) < comparison.value;
    case 'at_most':
      return (value) => numberOf(value) <= comparison.value;
    case 'more':
      return (value) => numberOf(value) > comparison.value;
    case 'at_least':
      return (value) => numberOf(value) >= comparison.value;
    case 'contains':
      return (value) => value !== undefined && textOf(value).includes(comparison.value);
    case 'not_contains':
      return (value) => value !== undefined && !textOf(value).includes(comparison.value);
    case 'matches':
      return matching(comparison.pattern);
    case 'present':
      return (value) => value !== undefined;
    case 'absent':
      return (value) => value === undefined;
    case 'length':
    default: {
      const test = compileComparison(comparison.of);
      return (value) => test(lengthOf(value));
    }
  }
}

function matching(pattern: string): Test {
  const compiled = compilePattern(pattern);
  if ('fault' in compiled) throw new LoadbotError('config_invalid', compiled.fault.message, compiled.fault);
  return (value) => value !== undefined && compiled.pattern.find(textOf(value)) !== undefined;
}

function equals(value: Json | undefined, wanted: Json): boolean {
  if (value === wanted) return true;
  if (typeof value === 'string' && typeof wanted === 'number') return numberOf(value) === wanted;
  return typeof wanted === 'object' && wanted !== null && isDeepStrictEqual(value, wanted);
}

/** NaN, which satisfies no comparison, for values that are not numbers. */
function numberOf(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

/** Text unchanged, other values as JSON. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function lengthOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}
