import { isDeepStrictEqual } from 'node:util';
import { compilePattern } from '../conditions/pattern.ts';
import type { ValueComparison } from '../plan/response-plan.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { UnreadableResponse } from './response-view.ts';

/**
 * Whether a value satisfies a comparison.
 * @param value `undefined`: there is no value
 * @param number data number of the request, for templates
 */
type Test = (value: Json | undefined, number?: number) => boolean;

/** Compiles a template into values by data number. */
export type CompileTemplate = (template: Json) => (number: number) => Json;

/**
 * Compiles a comparison. Texts of digits compare as numbers with numbers, since headers and texts of databases have no
 * other form. A missing value satisfies `absent` only.
 * @param compile compiles the compared values, which may be templates; absent: they are constants
 * @throws {LoadbotError} for an invalid regular expression
 */
export function compileComparison(comparison: ValueComparison, compile?: CompileTemplate): Test {
  switch (comparison.kind) {
    case 'equal': {
      const wanted = compileWanted(comparison.value, compile);
      return (value, number = 0) => equals(value, wanted(number));
    }
    case 'not_equal': {
      const wanted = compileWanted(comparison.value, compile);
      return (value, number = 0) => value !== undefined && !equals(value, wanted(number));
    }
    case 'less':
      return (value) => numberOf(value) < comparison.value;
    case 'at_most':
      return (value) => numberOf(value) <= comparison.value;
    case 'more':
      return (value) => numberOf(value) > comparison.value;
    case 'at_least':
      return (value) => numberOf(value) >= comparison.value;
    case 'contains': {
      const wanted = compileWanted(comparison.value, compile);
      return (value, number = 0) => value !== undefined && textOf(value).includes(textOf(wanted(number)));
    }
    case 'not_contains': {
      const wanted = compileWanted(comparison.value, compile);
      return (value, number = 0) => value !== undefined && !textOf(value).includes(textOf(wanted(number)));
    }
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

/** Compiles a compared value, which may be a template; it throws `UnreadableResponse` if the template has no value. */
export function compileWanted(wanted: Json, compile: CompileTemplate | undefined): (number: number) => Json {
  if (compile === undefined || !JSON.stringify(wanted).includes('#')) return () => wanted;
  const value = compile(wanted);
  return (number) => {
    try {
      return value(number);
    } catch (error) {
      throw new UnreadableResponse(messageOf(error)); // a value that the iteration has not captured
    }
  };
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
