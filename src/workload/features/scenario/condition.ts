import { textOf } from '../../../checks/comparison.ts';
import type { ValueComparison } from '../../../plan/response-plan.ts';
import type { StepCondition } from '../../../plan/scenario.ts';
import type { Json } from '../../../shared/json.ts';
import type { TextFault } from '../../diagnostics.ts';

const OPERATORS: Readonly<Record<string, (value: Json) => ValueComparison>> = {
  '==': (value) => ({ kind: 'equal', value }),
  '!=': (value) => ({ kind: 'not_equal', value }),
  '<': (value) => ({ kind: 'less', value: Number(value) }),
  '<=': (value) => ({ kind: 'at_most', value: Number(value) }),
  '>': (value) => ({ kind: 'more', value: Number(value) }),
  '>=': (value) => ({ kind: 'at_least', value: Number(value) }),
  contains: (value) => ({ kind: 'contains', value: textOf(value) }),
};
const FORM = /^\s*(#\S+)\s+(==|!=|<=|>=|<|>|contains)\s+(.+?)\s*$/s;
const PRESENCE = /^\s*(#\S+)\s+(present|absent)\s*$/;
const FORMS: TextFault = {
  message: 'must be a condition on a value, such as `#search.count > 0`',
  hint: 'the operators are ==, !=, <, <=, >, >=, contains, present and absent',
};

/** Parses the condition of a step: `#login.role == admin`, `#search.ids present`. */
export function parseStepCondition(text: string): StepCondition | TextFault {
  const [, subject, presence] = PRESENCE.exec(text) ?? [];
  if (subject !== undefined) {
    return { text, value: subject, comparison: { kind: presence === 'present' ? 'present' : 'absent' } };
  }
  const [, value, operator = '', written = ''] = FORM.exec(text) ?? [];
  const compare = OPERATORS[operator];
  if (value === undefined || compare === undefined) return FORMS;
  const wanted = literalOf(written);
  if (operator.startsWith('<') || operator.startsWith('>')) {
    if (typeof wanted !== 'number')
      return { message: `\`${written}\` is not a number`, hint: `${operator} compares numbers` };
  }
  return { text, value, comparison: compare(wanted) };
}

/** A JSON literal, or text without quotes. */
function literalOf(written: string): Json {
  try {
    return JSON.parse(written) as Json;
  } catch {
    return written;
  }
}
