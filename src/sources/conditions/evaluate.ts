import type {
  Aggregate,
  ComparisonOperator,
  SourceCondition,
  Operand,
  TimeRange,
  Selector,
  Vector,
} from '../../conditions/condition.ts';
import { formatLabels } from '../../metrics/text.ts';
import type { Increase } from './window.ts';
import type { Series } from '../parse/series.ts';

/** A series and its value, current or over a time range. */
export interface SeriesObservation {
  readonly series: Series;
  readonly value: number;
}

/** Known series of a selector. */
export interface KnownSeries<Value = SeriesObservation> {
  readonly values: readonly Value[];
  /** Whether all series are known: false when a source that has, or may have, more of them does not respond. */
  readonly complete: boolean;
}

export interface SeriesIncrease extends Increase {
  readonly series: Series;
}

/** Input of the evaluation of conditions. */
export interface ConditionInput {
  now(selector: Selector): KnownSeries;
  rises(range: TimeRange): KnownSeries<SeriesIncrease>;
  extremes(range: TimeRange, which: 'min' | 'max'): KnownSeries;
}

/** Result of a condition. */
export interface ConditionResult {
  /** `undefined`: unknown, because a source does not respond. */
  readonly holds: boolean | undefined;
  /** The deciding value, human-readable: `disk_usage{disk="a"} is 3`. */
  readonly because: string | undefined;
}

const COMPARE: Readonly<Record<ComparisonOperator, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/**
 * Evaluates a condition in three-valued logic: an unknown operand makes the result unknown unless the other operands
 * decide it.
 */
export function evaluateCondition(condition: SourceCondition, facts: ConditionInput): ConditionResult {
  if (condition.kind === 'not') {
    const { holds, because } = evaluateCondition(condition.condition, facts);
    return { holds: holds === undefined ? undefined : !holds, because };
  }
  if (condition.kind === 'absent') return evaluateAbsent(condition.selector, facts);
  if (condition.kind === 'compare') return compare(condition, facts);
  const left = evaluateCondition(condition.left, facts);
  const right = evaluateCondition(condition.right, facts);
  const decisive = condition.kind === 'or';
  const found = [left, right].find(({ holds }) => holds === decisive);
  if (found !== undefined) return found;
  return [left, right].find(({ holds }) => holds === undefined) ?? joined(left, right, !decisive);
}

function joined(left: ConditionResult, right: ConditionResult, holds: boolean): ConditionResult {
  const reasons = [left.because, right.because].filter((because) => because !== undefined);
  return { holds, because: reasons.length === 0 ? undefined : [...new Set(reasons)].join(' and ') };
}

function evaluateAbsent(selector: Selector, facts: ConditionInput): ConditionResult {
  const { values, complete } = facts.now(selector);
  const [found] = values;
  if (found !== undefined) return { holds: false, because: describe(found) };
  return { holds: complete ? true : undefined, because: `no series ${selector.name}` };
}

/** A comparison holds when it holds for at least one series. */
function compare(
  { left, comparison, right }: Extract<SourceCondition, { kind: 'compare' }>,
  facts: ConditionInput,
): ConditionResult {
  const leftKnown = operandValues(left, facts);
  const rightKnown = operandValues(right, facts);
  const test = COMPARE[comparison];
  for (const one of leftKnown.values) {
    for (const other of rightKnown.values) {
      if (test(one.value, other.value)) return { holds: true, because: reason(one, other) };
    }
  }
  const complete = leftKnown.complete && rightKnown.complete;
  const [first] = leftKnown.values;
  const [second] = rightKnown.values;
  return { holds: complete ? false : undefined, because: first && second && reason(first, second) };
}

/** A value with its description; a constant of the condition needs none. */
interface Worded {
  readonly value: number;
  readonly words: string | undefined;
}

function reason(left: Worded, right: Worded): string {
  return [left.words, right.words].filter((words) => words !== undefined).join(', ');
}

function operandValues(operand: Operand, facts: ConditionInput): KnownSeries<Worded> {
  if (operand.kind === 'number') return { values: [{ value: operand.value, words: undefined }], complete: true };
  if (operand.kind === 'aggregate') return aggregate(operand, facts);
  const { values, complete } = vectorValues(operand, facts);
  const prefix = operand.kind === 'selector' ? '' : `the ${operand.kind} of `;
  return { complete, values: values.map((seen) => ({ value: seen.value, words: prefix + describe(seen) })) };
}

function vectorValues(operand: Vector, facts: ConditionInput): KnownSeries {
  if (operand.kind === 'selector') return facts.now(operand);
  const { values, complete } = facts.rises(operand.range);
  if (operand.kind === 'increase') return { complete, values: values.map(({ series, by }) => ({ series, value: by })) };
  const rates = values.filter(({ duringMs }) => duringMs > 0);
  return { complete, values: rates.map(({ series, by, duringMs }) => ({ series, value: by / (duringMs / 1000) })) };
}

/** An aggregate is known only when all its values are known. */
function aggregate({ aggregation, of }: Aggregate, facts: ConditionInput): KnownSeries<Worded> {
  const which = aggregation === 'min' ? 'min' : 'max';
  const { values, complete } = of.kind === 'range' ? facts.extremes(of, which) : vectorValues(of, facts);
  const numbers = values.map(({ value }) => value);
  if (!complete || (numbers.length === 0 && aggregation !== 'count')) return { values: [], complete };
  const value = AGGREGATE[aggregation](numbers);
  const { name } = of.kind === 'selector' ? of : of.kind === 'range' ? of.selector : of.range.selector;
  return { complete, values: [{ value, words: `${aggregation} of ${name} is ${value}` }] };
}

const AGGREGATE: Readonly<Record<Aggregate['aggregation'], (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  count: (values) => values.length,
  min: (values) => values.reduce((lowest, value) => Math.min(lowest, value), Infinity),
  max: (values) => values.reduce((highest, value) => Math.max(highest, value), -Infinity),
};

function describe({ series, value }: SeriesObservation): string {
  return `${series.name}${formatLabels(series.labels)} is ${value}`;
}
