import type { CheckPlan, CheckSubject } from '../plan/response-plan.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { formatMs } from '../shared/units.ts';
import { compileComparison, type CompileTemplate, textOf } from './comparison.ts';
import { compileJsonPath } from './json-path.ts';
import { type ResponseView, UnreadableResponse } from './response-view.ts';

/** Maximum length of a response's part in a message, in characters. */
const SHOWN_CHARACTERS = 200;

/** A compiled check of a response. */
export interface Check {
  readonly name: string;
  /**
   * Returns `undefined` if the response passes, else why it fails: "$.errors is [{...}]".
   * @param number data number of the request
   */
  readonly fault: (response: ResponseView, number: number) => string | undefined;
}

/**
 * Compiles a check.
 * @param compile compiles the templates that values are compared with
 * @throws {LoadbotError} for an invalid query or regular expression
 */
export function compileCheck({ name, subject, comparison }: CheckPlan, compile?: CompileTemplate): Check {
  const test = compileComparison(comparison, compile);
  const find = compileSubject(subject, comparison.kind === 'absent');
  const place = describe(subject);
  const fault = (response: ResponseView, number: number): string | undefined => {
    const values = find(response);
    const wrong = values.length === 0 ? [undefined] : values;
    const failed = wrong.findIndex((value) => !test(value, number));
    return failed < 0 ? undefined : `${place} is ${shown(wrong[failed], subject)}`;
  };
  return {
    name,
    fault: (response, number) => {
      try {
        return fault(response, number);
      } catch (error) {
        if (error instanceof UnreadableResponse) return error.message;
        throw error;
      }
    },
  };
}

/** Returns the compared values: all nodes of a JSON path, or at most one value. */
type Find = (response: ResponseView) => readonly (Json | undefined)[];

function compileSubject(subject: CheckSubject, ifAbsent: boolean): Find {
  switch (subject.kind) {
    case 'header':
      return (response) => [response.header(subject.name)];
    case 'body':
      return (response) => [response.text()];
    case 'body_bytes':
      return (response) => [response.bodyBytes];
    case 'rows':
      return (response) => [response.rowCount];
    case 'duration':
      return (response) => [response.serviceMs];
    case 'json':
    default: // all kinds are above
      return compileJsonSubject(subject.path, ifAbsent);
  }
}

/** A response without JSON has no node, so it passes a check that a node is absent only if its body is empty. */
function compileJsonSubject(path: string, ifAbsent: boolean): Find {
  const compiled = compileJsonPath(path);
  if ('fault' in compiled)
    throw new LoadbotError('config_invalid', `\`${path}\` is not a JSON path: ${compiled.fault}`);
  const { query } = compiled;
  const find: Find = (response) => query.all(response.json());
  if (!ifAbsent) return find;
  return (response) => (response.bodyBytes === 0 && response.rowCount === undefined ? [] : find(response));
}

function describe(subject: CheckSubject): string {
  switch (subject.kind) {
    case 'header':
      return `the header ${subject.name}`;
    case 'body':
      return 'the body';
    case 'body_bytes':
      return 'the size of the body';
    case 'rows':
      return 'the number of rows';
    case 'duration':
      return 'the duration';
    case 'json':
    default: // all kinds are above
      return subject.path;
  }
}

function shown(value: Json | undefined, { kind }: CheckSubject): string {
  if (value === undefined) return 'absent';
  if (kind === 'duration') return formatMs(Number(value));
  const text = kind === 'json' ? JSON.stringify(value) : textOf(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text || 'empty';
}
