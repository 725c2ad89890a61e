import { type ComparisonOperator, COMPARISONS, type ConditionError, type Selector } from './condition.ts';
import { parseSelector, takeNumber } from './parse-operand.ts';
import { ConditionSyntaxError, syntaxErrorAt, TokenStream } from './token-stream.ts';

/** Statistics of a series' values over time. */
export const STATISTICS = ['last', 'min', 'max', 'avg', 'increase', 'rate'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** A limit for a statistic of each series of a selector: `max(queue_length{queue="mail"}) < 100`. */
export interface SeriesThreshold {
  readonly statistic: Statistic;
  readonly selector: Selector;
  readonly comparison: ComparisonOperator;
  readonly limit: number;
  /** Text before and after the comparison, as written. */
  readonly left: string;
  readonly right: string;
}

const FORM = new RegExp(`^\\s*(?:${STATISTICS.join('|')})\\s*\\(\\s*[A-Za-z_:]`);

/** Whether a text has the form of a measure, even if it contains errors. */
export function isMeasure(text: string): boolean {
  return FORM.test(text);
}

/** Parses a measure; returns the first syntax error with its position. */
export function parseMeasure(text: string): { readonly measure: SeriesThreshold } | { readonly fault: ConditionError } {
  try {
    return { measure: parse(text) };
  } catch (error) {
    if (error instanceof ConditionSyntaxError) return { fault: error.fault };
    throw error;
  }
}

function parse(text: string): SeriesThreshold {
  const tokens = new TokenStream(text);
  const statistic = tokens.takeCall(STATISTICS);
  if (statistic === undefined) throw tokens.unexpected(`one of ${STATISTICS.join(' ')}`);
  if (tokens.isCall) {
    throw syntaxErrorAt(tokens.next, 'functions cannot be nested', {
      hint: 'each series is compared by itself, without sum or max',
    });
  }
  const selector = parseSelector(tokens);
  if (tokens.isSign('[')) {
    const hint = 'omit the range in [ ]: it is the run, or the load of the job that has the threshold';
    throw syntaxErrorAt(tokens.next, 'a range has no effect here', { hint });
  }
  tokens.expectSign(')');
  const sign = tokens.next;
  if (tokens.isSign('=')) throw syntaxErrorAt(sign, 'a comparison is written `==`, not `=`');
  const comparison = COMPARISONS.find((known) => tokens.takeSign(known));
  if (comparison === undefined) throw tokens.unexpected(`one of ${COMPARISONS.join(' ')}`);
  const number = tokens.next;
  if (number.kind !== 'number') throw tokens.unexpected('a number');
  const limit = takeNumber(tokens);
  if (tokens.next.kind !== 'end') {
    throw syntaxErrorAt(tokens.next, 'the end expected', { hint: 'write several conditions as several thresholds' });
  }
  return { statistic, selector, comparison, limit, left: text.slice(0, sign.position).trim(), right: number.text };
}
