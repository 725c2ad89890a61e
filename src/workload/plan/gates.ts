import { DEFAULTS } from '../defaults.ts';
import type { AbortWhenEntry, WaitForEntry } from '../schema/gate.ts';
import { parseCondition } from '../../conditions/parse.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { AbortCondition, ParsedCondition, StartCondition } from '../../plan/gate.ts';
import { toMs } from './milliseconds.ts';

const { gate: defaults } = DEFAULTS;

/** Plans a job's wait_for, with every default applied. */
export function planWaitFor(entry: WaitForEntry | undefined): StartCondition | undefined {
  if (entry === undefined) return undefined;
  const { condition, timeout = defaults.timeout, for: held = defaults.for } = toObject(entry);
  return { ...toGateCondition(condition), timeoutMs: toMs(timeout), forMs: toMs(held) };
}

/** Plans the abort conditions during a job's load: the job's and the workload's, each once. */
export function planAbortWhen(...entries: readonly (AbortWhenEntry | undefined)[]): readonly AbortCondition[] {
  const given = entries.filter((entry) => entry !== undefined).map(toAbortWhen);
  const isFirst = ({ text, forMs }: AbortCondition, index: number): boolean =>
    given.findIndex((one) => one.text === text && one.forMs === forMs) === index;
  return given.filter(isFirst);
}

function toAbortWhen(entry: AbortWhenEntry): AbortCondition {
  const { condition, for: held = defaults.for } = toObject(entry);
  return { ...toGateCondition(condition), forMs: toMs(held) };
}

/** An abort_when is a wait_for without a timeout. */
function toObject(entry: WaitForEntry | AbortWhenEntry): Exclude<WaitForEntry, string> {
  return typeof entry === 'string' ? { condition: entry } : entry;
}

function toGateCondition(given: string): ParsedCondition {
  const text = given.trim();
  const parsed = parseCondition(text);
  if ('condition' in parsed) return { text, condition: parsed.condition };
  throw new LoadbotError('internal', `a condition that is none passed validation: ${text}`);
}
