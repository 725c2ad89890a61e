import { isMeasure } from '../../conditions/parse-measure.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { httpUrlFault } from '../http-url.ts';
import { type ThresholdFault, parseExpectation, parseThreshold, type ThresholdText } from '../threshold.ts';
import { parseSourceThreshold } from '../source-threshold.ts';
import { checkHasSources, checkSourceNames } from './condition.ts';
import { asObject, jobsOf } from './job-list.ts';

/** Checks that thresholds parse, and that `abort_on_fail` does not end every run. */
export function checkThresholds(file: unknown): PathDiagnostic[] {
  const holders = [{ path: [], fields: asObject(file) ?? {} }, ...jobsOf(file)];
  return holders.flatMap(({ path, fields }) => {
    const { thresholds } = fields;
    if (!Array.isArray(thresholds)) return [];
    return thresholds.flatMap((threshold, index) => checkThreshold(threshold, [...path, 'thresholds', index], file));
  });
}

function checkThreshold(threshold: unknown, path: Path, file: unknown): PathDiagnostic[] {
  if (typeof threshold === 'string') return checkText(threshold, path, { abortOnFail: false, file });
  const { check, type, abort_on_fail: abortOnFail, prometheus, expect } = asObject(threshold) ?? {};
  return [
    ...(typeof check === 'string'
      ? checkText(check, [...path, 'check'], { abortOnFail: abortOnFail === true, file })
      : []),
    ...(typeof check === 'string' && isMeasure(check) && type !== undefined ? [typeOfSource(path)] : []),
    ...(typeof prometheus === 'string' ? checkUrl(prometheus, [...path, 'prometheus']) : []),
    ...(typeof expect === 'string' ? faultsOf(parseExpectation(expect), [...path, 'expect']) : []),
  ];
}

interface ThresholdContext {
  readonly abortOnFail: boolean;
  readonly file: unknown;
}

function checkText(text: string, path: Path, { abortOnFail, file }: ThresholdContext): PathDiagnostic[] {
  if (text.trim() === '') return []; // reported by the schema
  if (isMeasure(text)) return checkSourceText(text, path, { abortOnFail, file });
  const threshold = parseThreshold(text);
  const faults = faultsOf(threshold, path);
  if (faults.length > 0 || !abortOnFail || !('metric' in threshold) || !failsAtStart(threshold)) return faults;
  return [abortsEvery(threshold.text, path)];
}

function abortsEvery(text: string, path: Path): PathDiagnostic {
  const message = `\`${text}\` cannot pass before the end of the run: \`abort_on_fail\` would stop every run`;
  return { path, message, hint: 'leave `abort_on_fail` out' };
}

function checkSourceText(text: string, path: Path, { abortOnFail, file }: ThresholdContext): PathDiagnostic[] {
  const threshold = parseSourceThreshold(text);
  if ('message' in threshold) return [{ path, ...threshold }];
  const { statistic, operator, limit, selector } = threshold;
  const isLower = operator === '>' || (limit > 0 && (operator === '>=' || operator === '=='));
  const isLate = statistic === 'increase' && isLower;
  return [
    ...checkHasSources(path, 'is about the values of', file),
    ...checkSourceNames([selector], path, file),
    ...(abortOnFail && isLate ? [abortsEvery(threshold.text, path)] : []),
  ];
}

function typeOfSource(path: Path): PathDiagnostic {
  const message = '`type` does not apply to values of sources';
  return { path: [...path, 'type'], part: 'key', message, hint: 'leave it out' };
}

/** Whether the threshold is a lower bound on a counter: it fails at the start of every run. */
function failsAtStart({ metric, operator }: ThresholdText): boolean {
  return metric.name === 'count' && (operator === '>' || operator === '>=' || operator === '==');
}

function checkUrl(url: string, path: Path): PathDiagnostic[] {
  const fault = httpUrlFault(url);
  return fault === undefined ? [] : [{ path, hint: 'give the URL without /api/v1/query', ...fault }];
}

function faultsOf(read: ThresholdFault | object, path: Path): PathDiagnostic[] {
  return 'message' in read ? [{ path, ...read }] : [];
}
