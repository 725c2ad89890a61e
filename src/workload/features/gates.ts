import { formsError, optional, required, duration, positiveDuration } from '../values.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { checkCondition, checkHasSources, conditionText } from './conditions.ts';
import type { CheckedFile } from '../parsed-texts.ts';
import { z } from 'zod';
import { rangesOf } from '../../conditions/selectors.ts';
import type { AbortCondition, ParsedCondition, StartCondition } from '../../plan/gate.ts';
import { DEFAULTS } from '../defaults.ts';
import { asObject, jobsOf } from '../entries.ts';

const { gate: defaults } = DEFAULTS;
const TIMEOUT_MS = duration.parse(defaults.timeout);
const NOT_HELD = duration.parse(defaults.for);
const FORMS = 'must be a condition such as "backup_in_progress == 0", or an object with a `condition`';

const condition = {
  description: 'Required [condition](sources.md#conditions) on the sources. An unknown value counts as false.',
};
const held = {
  description: 'Time for which the condition must have been true continuously.',
  default: defaults.for,
  examples: ['10s'],
};

export const waitForSchema = z
  .strictObject({
    condition: required(conditionText, { ...condition, examples: ['moco_agent_dump_backup_in_progress == 0'] }),
    timeout: optional(positiveDuration, {
      description: 'Longest wait; after it the run ends early, with 99.',
      default: defaults.timeout,
      examples: ['30m'],
    }),
    for: optional(duration, held),
  })
  .meta({ id: 'wait_for', description: 'Start condition of a job.' });

export const abortWhenSchema = z
  .strictObject({
    condition: required(conditionText, { ...condition, examples: ['node_load1 > 8'] }),
    for: optional(duration, held),
  })
  .meta({ id: 'abort_when', description: 'Abort condition of the run while load runs.' });

const forms = { error: formsError(FORMS) };

/** Start condition of a job: a text, or an object with times. */
export const waitForField = z.union([conditionText, waitForSchema], forms);

/** Abort condition of the run: a text, or an object with the duration that it must hold for. */
export const abortWhenField = z.union([conditionText, abortWhenSchema], forms);

/** Start condition of a job, before defaults. */
export type WaitForEntry = z.infer<typeof waitForField>;

/** Abort condition of the run, before defaults. */
export type AbortWhenEntry = z.infer<typeof abortWhenField>;

/** Checks that `wait_for` and `abort_when` are valid conditions on sources of the file. */
export function checkGates(file: CheckedFile): PathDiagnostic[] {
  const holders = [{ path: [], fields: asObject(file.value) ?? {} }, ...jobsOf(file.value)];
  return holders.flatMap(({ path, fields }) => {
    const { wait_for: waitFor, abort_when: abortWhen } = fields;
    // The workload has no `wait_for`; the schema reports it.
    const waiting = path.length === 0 ? [] : checkWaitFor(waitFor, [...path, 'wait_for'], file);
    return waiting.concat(checkGate(abortWhen, [...path, 'abort_when'], file));
  });
}

function checkWaitFor(waitFor: unknown, path: Path, file: CheckedFile): PathDiagnostic[] {
  const { texts } = file;
  const { condition, timeout = defaults.timeout, for: held } = fieldsOf(waitFor);
  const findings = checkGate(waitFor, path, file);
  const timeoutMs = timeout === defaults.timeout ? TIMEOUT_MS : texts.valueOf(positiveDuration, timeout);
  const heldMs = texts.valueOf(duration, held);
  if (timeoutMs !== undefined && heldMs !== undefined && heldMs >= timeoutMs) {
    findings.push({
      path: [...path, 'for'],
      message: `must be less than the timeout of ${String(timeout)}`,
    });
  }
  const spanMs = longestSpanMs(texts.valueOf(conditionText, condition));
  if (timeoutMs !== undefined && spanMs >= timeoutMs) {
    const message = `has a range longer than the timeout of ${String(timeout)}: it may never be covered`;
    findings.push({ path: conditionPath(waitFor, path), message, hint: 'make `timeout` longer' });
  }
  return findings;
}

function checkGate(gate: unknown, path: Path, file: CheckedFile): PathDiagnostic[] {
  const { condition } = fieldsOf(gate);
  if (typeof condition !== 'string' || condition.trim() === '') return []; // reported by the schema
  const place = conditionPath(gate, path);
  return [...checkHasSources(place, 'is a condition on', file.value), ...checkCondition(condition, place, file)];
}

/** Fields of a gate; the short form, a text, is the condition. */
function fieldsOf(gate: unknown): Readonly<Record<string, unknown>> {
  return asObject(gate) ?? { condition: gate };
}

/** Path of the gate's condition. */
function conditionPath(gate: unknown, path: Path): Path {
  return asObject(gate) === undefined ? path : [...path, 'condition'];
}

/** Longest range of a condition in milliseconds; ranges over the whole run do not count. */
function longestSpanMs(gate: ParsedCondition | undefined): number {
  if (gate === undefined) return 0;
  return Math.max(0, ...rangesOf(gate.condition).map(({ windowMs }) => (windowMs === Infinity ? 0 : windowMs)));
}

/** Plans a job's wait_for, with every default applied. */
export function planWaitFor(entry: WaitForEntry | undefined): StartCondition | undefined {
  if (entry === undefined) return undefined;
  const { condition, timeout = TIMEOUT_MS, for: held = NOT_HELD } = toObject(entry);
  return { ...condition, timeoutMs: timeout, forMs: held };
}

/** Plans the abort conditions during a job's load: the job's and the workload's, each once. */
export function planAbortWhen(...entries: readonly (AbortWhenEntry | undefined)[]): readonly AbortCondition[] {
  const given = entries.filter((entry) => entry !== undefined).map(toAbortWhen);
  const isFirst = ({ text, forMs }: AbortCondition, index: number): boolean =>
    given.findIndex((one) => one.text === text && one.forMs === forMs) === index;
  return given.filter(isFirst);
}

function toAbortWhen(entry: AbortWhenEntry): AbortCondition {
  const { condition, for: held = NOT_HELD } = toObject(entry);
  return { ...condition, forMs: held };
}

/** An abort_when is a wait_for without a timeout. */
function toObject(entry: WaitForEntry | AbortWhenEntry): Exclude<WaitForEntry, ParsedCondition> {
  return 'text' in entry ? { condition: entry } : entry;
}
