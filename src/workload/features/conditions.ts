import type { TextFault, PathDiagnostic, Path } from '../diagnostics.ts';
import type { CheckedFile } from '../parsed-texts.ts';
import { parsed } from '../values.ts';
import type { ParsedCondition } from '../../plan/gate.ts';
import type { ConditionError, Selector } from '../../conditions/condition.ts';
import { parseCondition } from '../../conditions/parse.ts';
import { selectorsOf } from '../../conditions/selectors.ts';
import { listNames } from '../../shared/text.ts';
import { sourcesOf } from '../entries.ts';
import { didYouMean } from '../suggest.ts';

/**
 * Builds the finding of a condition that does not parse, with the position of the error.
 * @param said predicate of the message, such as `is not a condition`
 */
export function describeConditionFault(
  { message, position, hint, unknown }: ConditionError,
  text: string,
  said: string,
): TextFault {
  const place =
    position < text.length ? ` (at character ${position + 1}: \`${text.slice(position, position + 20)}\`)` : '';
  const suggestion = unknown && didYouMean(unknown.word, unknown.candidates);
  const known = unknown && `known are ${unknown.candidates.join(', ')}`;
  const advice = hint ?? suggestion ?? known;
  return { message: `${said}: ${message}${place}`, ...(advice !== undefined && { hint: advice }) };
}

/** A condition on values of sources. */
export const conditionText = parsed((text): ParsedCondition | TextFault => {
  const result = parseCondition(text);
  if ('fault' in result) return describeConditionFault(result.fault, text, 'is not a condition');
  return { text: text.trim(), condition: result.condition };
});

/** Checks the sources that a condition names; the schema reports its syntax. */
export function checkCondition(text: unknown, path: Path, { value, texts }: CheckedFile): PathDiagnostic[] {
  const given = texts.valueOf(conditionText, text);
  return given === undefined ? [] : checkSourceNames(selectorsOf(given.condition), path, value);
}

/** Reports a setting that reads sources in a file without `sources`. */
export function checkHasSources(path: Path, what: string, file: unknown): PathDiagnostic[] {
  if (sourcesOf(file).length > 0) return [];
  const hint = 'add a source: "sources": [{ "name": "db", "url": "http://127.0.0.1:9187/metrics" }]';
  return [{ path, message: `${what} \`sources\`, but the file has none`, hint }];
}

/** Reports selectors whose `source` label names a source that is not in the file: they would never match a series. */
export function checkSourceNames(selectors: readonly Selector[], path: Path, file: unknown): PathDiagnostic[] {
  const names = sourcesOf(file).flatMap(({ fields }) => (typeof fields['name'] === 'string' ? [fields['name']] : []));
  if (names.length === 0) return []; // reported once by checkHasSources
  const asked = selectors.flatMap(({ matchers }) =>
    matchers.filter(({ label, matching }) => label === 'source' && matching === '=').map(({ value }) => value),
  );
  return [...new Set(asked)]
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path,
      message: `there is no source named "${name}"`,
      hint: didYouMean(name, names) ?? `sources: ${listNames(names)}`,
    }));
}
