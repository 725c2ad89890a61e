import { type Allowances, DEFAULT_ALLOWED } from '../comparison/compare.ts';
import { readResultFile } from '../planning/read-result-file.ts';
import { renderComparisonJson, type ComparisonDocument } from '../reports/comparison/comparison-files.ts';
import { buildComparedSide, compareSides } from '../reports/comparison/comparison.ts';
import { parseResultDocument } from '../reports/document/parse-result-document.ts';
import type { ResultDocument } from '../reports/document/result-document.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { ComparedResult, CompareOptions, ComparisonResult } from './comparison-result.ts';
import { toRunError } from './run-error.ts';

/**
 * Compares two sides of one or more runs each, as the command `compare`: a regression is a change for the worse that chance
 * does not explain and that exceeds what is allowed.
 * @param before the results of the baseline
 * @param after the current results
 * @throws {RunError} when a result cannot be read, or the sides have no job in common
 */
export async function compare(
  before: ComparedResult | readonly ComparedResult[],
  after: ComparedResult | readonly ComparedResult[],
  options: CompareOptions = {},
): Promise<ComparisonResult> {
  try {
    const [baseline, current] = await Promise.all([readSide(before, 'before'), readSide(after, 'after')]);
    const { allowInvalid = false } = options;
    const report = compareSides(
      buildComparedSide(baseline),
      buildComparedSide(current),
      readAllowances(options),
      allowInvalid,
    );
    // As JSON, in which an infinite bound is null.
    const document = JSON.parse(renderComparisonJson(report)) as ComparisonDocument;
    if (report.comparisons.length === 0) {
      throw new LoadbotError('config_invalid', 'no job is on both sides under the same name and type', {
        ...(report.notes.length > 0 && { hint: report.notes.join('; ') }),
      });
    }
    return { verdict: verdictOf(document, report.hasNoVerdict), ...document };
  } catch (error) {
    throw toRunError(error, true);
  }
}

function verdictOf(
  { regressions, unknown }: { readonly regressions: number; readonly unknown: number },
  hasNoVerdict: boolean,
): ComparisonResult['verdict'] {
  if (hasNoVerdict) return 'unknown';
  if (regressions > 0) return 'regression';
  return unknown > 0 ? 'unknown' : 'passed';
}

async function readSide(
  side: ComparedResult | readonly ComparedResult[],
  name: string,
): Promise<readonly ResultDocument[]> {
  const given = [side].flat() as readonly ComparedResult[]; // results are no lists
  if (given.length === 0) throw new LoadbotError('config_invalid', `${name}: at least one result is needed`);
  return Promise.all(given.map((one, index) => readOne(one, `${name}[${index}]`)));
}

async function readOne(result: ComparedResult, name: string): Promise<ResultDocument> {
  const readStdin = (): Promise<string> => Promise.reject(new Error('a result file has a path'));
  if (typeof result === 'string') return readResultFile(result === '-' ? './-' : result, { readStdin });
  const document = 'document' in result ? result.document : result;
  return parseResultDocument(JSON.stringify(document), name);
}

/** @throws {LoadbotError} `config_invalid`, with all problems */
function readAllowances({ maxRegression = {} }: CompareOptions): Allowances {
  const given = Object.entries(maxRegression).filter(([, share]) => share !== undefined);
  const problems = given.flatMap(([name, share]) => {
    const path = `maxRegression.${name}`;
    if (!Object.hasOwn(DEFAULT_ALLOWED, name)) {
      return [{ path, message: 'is nothing that runs are compared by', hint: Object.keys(DEFAULT_ALLOWED).join(', ') }];
    }
    return typeof share === 'number' && share >= 0 && share < Infinity
      ? []
      : [{ path, message: 'must be a share of at least 0, such as 0.1 for 10 %' }];
  });
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'invalid options of a comparison', { problems });
  return { ...DEFAULT_ALLOWED, ...Object.fromEntries(given) };
}
