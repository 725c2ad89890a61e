import type { Finding } from '../finding.ts';
import { httpUrlFault } from '../http-url.ts';
import type { Path } from '../path.ts';
import { type Fault, parseExpectation, parseThreshold, type ThresholdText } from '../threshold.ts';
import { asObject, jobsOf } from './job-list.ts';

/** Thresholds must be such that they can be read, and what ends a run must not end each. */
export function checkThresholds(file: unknown): Finding[] {
  const holders = [{ path: [], fields: asObject(file) ?? {} }, ...jobsOf(file)];
  return holders.flatMap(({ path, fields }) => {
    const { thresholds } = fields;
    if (!Array.isArray(thresholds)) return [];
    return thresholds.flatMap((threshold, index) => checkThreshold(threshold, [...path, 'thresholds', index]));
  });
}

function checkThreshold(threshold: unknown, path: Path): Finding[] {
  if (typeof threshold === 'string') return checkText(threshold, path, false);
  const { check, abort_on_fail: abortOnFail, prometheus, expect } = asObject(threshold) ?? {};
  return [
    ...(typeof check === 'string' ? checkText(check, [...path, 'check'], abortOnFail === true) : []),
    ...(typeof prometheus === 'string' ? checkUrl(prometheus, [...path, 'prometheus']) : []),
    ...(typeof expect === 'string' ? faultsOf(parseExpectation(expect), [...path, 'expect']) : []),
  ];
}

function checkText(text: string, path: Path, abortOnFail: boolean): Finding[] {
  if (text.trim() === '') return []; // the definition of the file tells
  const threshold = parseThreshold(text);
  const faults = faultsOf(threshold, path);
  if (faults.length > 0 || !abortOnFail || !('metric' in threshold) || !isReachedLate(threshold)) return faults;
  const message = `\`${threshold.text}\` cannot hold before the end: \`abort_on_fail\` would stop every run`;
  return [{ path, message, hint: 'leave `abort_on_fail` out' }];
}

/** Counts only grow, so a lower bound is reached some time, if at all. */
function isReachedLate({ metric, operator }: ThresholdText): boolean {
  return metric.name === 'count' && (operator === '>' || operator === '>=' || operator === '==');
}

function checkUrl(url: string, path: Path): Finding[] {
  const fault = httpUrlFault(url);
  return fault === undefined ? [] : [{ path, message: fault, hint: 'give what /api/v1/query stands under' }];
}

function faultsOf(read: Fault | object, path: Path): Finding[] {
  return 'message' in read ? [{ path, ...read }] : [];
}
