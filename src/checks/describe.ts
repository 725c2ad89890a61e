import type { CheckSubject, ValueComparison } from '../plan/response-plan.ts';
import type { Json } from '../shared/json.ts';
import { HIDDEN, redactSecrets, SECRET_NAME } from '../shared/secret-text.ts';
import { cutText } from '../shared/text.ts';
import { formatMs } from '../shared/units.ts';
import { textOf } from './comparison.ts';

/** Maximum length of a value in a message, in characters. */
const SHOWN_CHARACTERS = 200;

/** Name of a compared part of a response, in messages and as the name of its checks. */
export function subjectName(subject: CheckSubject): string {
  switch (subject.kind) {
    case 'header':
      return `header ${subject.name}`;
    case 'body_bytes':
      return 'body size';
    case 'json':
      return subject.path;
    case 'body':
    case 'rows':
    case 'events':
    case 'duration':
    default: // all kinds are above
      return subject.kind;
  }
}

/** Formats a value of a compared part; `undefined`: it is absent. */
type ShowValue = (value: Json | undefined) => string;

/**
 * Returns how values of a compared part are shown, without secrets: `"shop"`, `[{"message":"no"}]`, `5.00ms`, `absent`.
 * @param written the value that it is compared with, as in the workload
 */
export function showValueOf(subject: CheckSubject, written: Json): ShowValue {
  const template = typeof written === 'string' && written.includes('#') ? written : '';
  const isSecret = SECRET_NAME.test(subjectName(subject)) || SECRET_NAME.test(template);
  return (value) => {
    if (value === undefined) return 'absent';
    if (isSecret) return HIDDEN;
    if (subject.kind === 'duration') return formatMs(Number(value));
    const text = subject.kind === 'json' ? JSON.stringify(value) : textOf(value);
    return text === '' ? 'empty' : redactSecrets(cutText(text, SHOWN_CHARACTERS));
  };
}

/**
 * Describes a comparison: `200`, `not "error"`, `< 500ms`, `length > 0`, `a match of ^a`.
 * @param wanted the compared value, which may come from a template; ignored where the comparison has none
 */
export function describeComparison(comparison: ValueComparison, wanted: Json, show: ShowValue): string {
  const shown = show(wanted);
  switch (comparison.kind) {
    case 'equal':
      return shown;
    case 'not_equal':
      return `not ${shown}`;
    case 'less':
      return `< ${shown}`;
    case 'at_most':
      return `<= ${shown}`;
    case 'more':
      return `> ${shown}`;
    case 'at_least':
      return `>= ${shown}`;
    case 'contains':
      return `a text that contains ${shown}`;
    case 'not_contains':
      return `a text that does not contain ${shown}`;
    case 'matches':
      return `a match of ${cutText(comparison.pattern, SHOWN_CHARACTERS)}`;
    case 'length':
      return `length ${describeComparison(comparison.of, wantedOf(comparison.of), show)}`;
    case 'present':
    case 'absent':
    default: // all kinds are above
      return comparison.kind;
  }
}

/** The compared value as written; null where the comparison has none. */
export function wantedOf(comparison: ValueComparison): Json {
  return 'value' in comparison ? comparison.value : null;
}
