import { type Comparison, COMPARISONS, type ConditionFault, type Selector } from './condition.ts';
import { parseSelector, takeNumber } from './parse-operand.ts';
import { Stop, stopAt, TokenStream } from './token-stream.ts';

/** What can be made of the values that a series had during some time. */
export const STATISTICS = ['last', 'min', 'max', 'avg', 'increase', 'rate'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** What the values of each series of a selector must come to: `max(queue_length{queue="mail"}) < 100`. */
export interface Measure {
  readonly statistic: Statistic;
  readonly selector: Selector;
  readonly comparison: Comparison;
  readonly limit: number;
  /** What stands before the comparison, and what behind it, as people wrote it. */
  readonly left: string;
  readonly right: string;
}

const FORM = new RegExp(`^\\s*(?:${STATISTICS.join('|')})\\s*\\(\\s*[A-Za-z_:]`);

/** Whether a text is meant as a measure, even if something in it is wrong. */
export function isMeasure(text: string): boolean {
  return FORM.test(text);
}

/** Reads a measure, or says what is wrong with its text and where. */
export function parseMeasure(text: string): { readonly measure: Measure } | { readonly fault: ConditionFault } {
  try {
    return { measure: parse(text) };
  } catch (error) {
    if (error instanceof Stop) return { fault: error.fault };
    throw error;
  }
}

function parse(text: string): Measure {
  const tokens = new TokenStream(text);
  const statistic = tokens.takeCall(STATISTICS);
  if (statistic === undefined) throw tokens.unexpected(`one of ${STATISTICS.join(' ')}`);
  if (tokens.isCall) {
    throw stopAt(tokens.next, 'only one function can be asked for', {
      hint: 'each series has to hold: no sum or max of them is needed',
    });
  }
  const selector = parseSelector(tokens);
  if (tokens.isSign('[')) {
    const hint = 'leave the [ ] out: the time is that of the run, or of the load of the job whose threshold it is';
    throw stopAt(tokens.next, 'a span of time means nothing here', { hint });
  }
  tokens.expectSign(')');
  const sign = tokens.next;
  if (tokens.isSign('=')) throw stopAt(sign, 'a comparison is written `==`, not `=`');
  const comparison = COMPARISONS.find((known) => tokens.takeSign(known));
  if (comparison === undefined) throw tokens.unexpected(`one of ${COMPARISONS.join(' ')}`);
  const number = tokens.next;
  if (number.kind !== 'number') throw tokens.unexpected('a number');
  const limit = takeNumber(tokens);
  if (tokens.next.kind !== 'end') {
    throw stopAt(tokens.next, 'the end expected', { hint: 'several things that must hold are several thresholds' });
  }
  return { statistic, selector, comparison, limit, left: text.slice(0, sign.position).trim(), right: number.text };
}
