import { parseMeasure } from '../conditions/parse-measure.ts';
import { OPERATORS, type SourceThreshold } from '../plan/threshold.ts';
import { describeConditionFault } from './condition-fault.ts';
import type { ThresholdFault } from './threshold.ts';

type SourceThresholdText = Pick<SourceThreshold, 'text' | 'metric' | 'statistic' | 'selector' | 'operator' | 'limit'>;

/** Parses `max(queue_length{queue="mail"}) < 100`, `increase(failures_total) == 0`. */
export function parseSourceThreshold(text: string): SourceThresholdText | ThresholdFault {
  const parsed = parseMeasure(text);
  if ('fault' in parsed) return describeConditionFault(parsed.fault, text, 'is not a threshold');
  const { statistic, selector, comparison, limit, left, right } = parsed.measure;
  const operator = OPERATORS.find((one) => one === comparison);
  if (operator === undefined)
    return { message: `\`${comparison}\` is not an operator`, hint: `one of ${OPERATORS.join(' ')}` };
  return { text: `${left} ${operator} ${right}`, metric: left, statistic, selector, operator, limit };
}
