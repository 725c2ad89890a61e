import { parseCondition } from '../../conditions/parse.ts';
import { rangesOf } from '../../conditions/selectors.ts';
import { parseDuration } from '../../shared/units.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { DEFAULTS } from '../defaults.ts';
import { checkCondition, checkHasSources } from './condition.ts';
import { asObject, jobsOf } from './job-list.ts';

/** Checks that `wait_for` and `abort_when` are valid conditions on sources of the file. */
export function checkGates(file: unknown): PathDiagnostic[] {
  const holders = [{ path: [], fields: asObject(file) ?? {} }, ...jobsOf(file)];
  return holders.flatMap(({ path, fields }) => {
    const { wait_for: waitFor, abort_when: abortWhen } = fields;
    // The workload has no `wait_for`; the schema reports it.
    const waiting = path.length === 0 ? [] : checkWaitFor(waitFor, [...path, 'wait_for'], file);
    return waiting.concat(checkGate(abortWhen, [...path, 'abort_when'], file));
  });
}

function checkWaitFor(waitFor: unknown, path: Path, file: unknown): PathDiagnostic[] {
  const { condition, timeout = DEFAULTS.gate.timeout, for: held } = fieldsOf(waitFor);
  const findings = checkGate(waitFor, path, file);
  const timeoutMs = parseMs(timeout);
  const heldMs = parseMs(held);
  if (timeoutMs !== undefined && heldMs !== undefined && heldMs >= timeoutMs) {
    findings.push({ path: [...path, 'for'], message: `must be less than the timeout of ${String(timeout)}` });
  }
  const spanMs = typeof condition === 'string' ? longestSpanMs(condition) : 0;
  if (timeoutMs !== undefined && spanMs >= timeoutMs) {
    const message = `has a range longer than the timeout of ${String(timeout)}: it may never be covered`;
    findings.push({ path: conditionPath(waitFor, path), message, hint: 'make `timeout` longer' });
  }
  return findings;
}

function checkGate(gate: unknown, path: Path, file: unknown): PathDiagnostic[] {
  const { condition } = fieldsOf(gate);
  if (typeof condition !== 'string' || condition.trim() === '') return []; // reported by the schema
  const place = conditionPath(gate, path);
  return [...checkHasSources(place, 'is a condition on', file), ...checkCondition(condition, place, file)];
}

/** Fields of a gate; the short form, a text, is the condition. */
function fieldsOf(gate: unknown): Readonly<Record<string, unknown>> {
  return asObject(gate) ?? { condition: gate };
}

/** Path of the gate's condition. */
function conditionPath(gate: unknown, path: Path): Path {
  return asObject(gate) === undefined ? path : [...path, 'condition'];
}

function parseMs(value: unknown): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

/** Longest range of a condition in milliseconds; ranges over the whole run do not count. */
function longestSpanMs(text: string): number {
  const parsed = parseCondition(text);
  if ('fault' in parsed) return 0;
  return Math.max(0, ...rangesOf(parsed.condition).map(({ windowMs }) => (windowMs === Infinity ? 0 : windowMs)));
}
