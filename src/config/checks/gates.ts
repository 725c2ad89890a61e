import { parseCondition } from '../../core/condition/parse.ts';
import { rangesOf } from '../../core/condition/selectors.ts';
import { parseDuration } from '../../core/units.ts';
import type { Finding } from '../finding.ts';
import { DEFAULTS } from '../defaults.ts';
import type { Path } from '../path.ts';
import { checkCondition, checkHasSources } from './condition.ts';
import { asObject, jobsOf } from './job-list.ts';

/** What jobs wait for and what ends them must be conditions on sources that there are. */
export function checkGates(file: unknown): Finding[] {
  const holders = [{ path: [], fields: asObject(file) ?? {} }, ...jobsOf(file)];
  return holders.flatMap(({ path, fields }) => {
    const { wait_for: waitFor, abort_when: abortWhen } = fields;
    // The workload itself waits for nothing: the definition of the file tells.
    const waiting = path.length === 0 ? [] : checkWaitFor(waitFor, [...path, 'wait_for'], file);
    return waiting.concat(checkGate(abortWhen, [...path, 'abort_when'], file));
  });
}

function checkWaitFor(waitFor: unknown, path: Path, file: unknown): Finding[] {
  const { condition, timeout = DEFAULTS.gate.timeout, for: held } = fieldsOf(waitFor);
  const findings = checkGate(waitFor, path, file);
  const timeoutMs = parseMs(timeout);
  const heldMs = parseMs(held);
  if (timeoutMs !== undefined && heldMs !== undefined && heldMs >= timeoutMs) {
    findings.push({ path: [...path, 'for'], message: `must be less than the timeout of ${String(timeout)}` });
  }
  const spanMs = typeof condition === 'string' ? longestSpanMs(condition) : 0;
  if (timeoutMs !== undefined && spanMs >= timeoutMs) {
    const message = `looks at a longer time than the timeout of ${String(timeout)}: it may never get to see all of it`;
    findings.push({ path: placeOf(waitFor, path), message, hint: 'make `timeout` longer' });
  }
  return findings;
}

function checkGate(gate: unknown, path: Path, file: unknown): Finding[] {
  const { condition } = fieldsOf(gate);
  if (typeof condition !== 'string' || condition.trim() === '') return []; // the definition of the file tells
  const place = placeOf(gate, path);
  return [...checkHasSources(place, 'is a condition on', file), ...checkCondition(condition, place, file)];
}

/** A gate that is no object is its condition. */
function fieldsOf(gate: unknown): Readonly<Record<string, unknown>> {
  return asObject(gate) ?? { condition: gate };
}

/** Where its condition stands. */
function placeOf(gate: unknown, path: Path): Path {
  return asObject(gate) === undefined ? path : [...path, 'condition'];
}

function parseMs(value: unknown): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

/** Of the spans of time that a condition looks at, but for the whole run. */
function longestSpanMs(text: string): number {
  const parsed = parseCondition(text);
  if ('fault' in parsed) return 0;
  return Math.max(0, ...rangesOf(parsed.condition).map(({ windowMs }) => (windowMs === Infinity ? 0 : windowMs)));
}
