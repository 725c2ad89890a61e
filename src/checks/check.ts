import type { CheckPlan, CheckSubject } from '../plan/response-plan.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { compileComparison, type CompileTemplate, compileWanted } from './comparison.ts';
import { describeComparison, showValueOf, subjectName, wantedOf } from './describe.ts';
import { compileJsonPath } from './json-path.ts';
import { type ResponseView, UnreadableResponse } from './response-view.ts';

/** A compiled check of a response. */
export interface Check {
  readonly name: string;
  /**
   * Returns `undefined` if the response passes, else why it fails: "expected 2, got 3", after the name of the compared
   * part if the check has another name.
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
  const written = wantedOf(comparison);
  const wantedAt = compileWanted(written, compile);
  const place = subjectName(subject);
  const prefix = name === place ? '' : `${place}: `;
  const show = showValueOf(subject, written);
  const fault = (response: ResponseView, number: number): string | undefined => {
    const values = find(response);
    const wrong = values.length === 0 ? [undefined] : values;
    const failed = wrong.findIndex((value) => !test(value, number));
    if (failed < 0) return undefined;
    const wanted = describeComparison(comparison, wantedAt(number), show);
    return `${prefix}expected ${wanted}, got ${show(wrong[failed])}`;
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
    case 'events':
      return (response) => [response.eventCount];
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
