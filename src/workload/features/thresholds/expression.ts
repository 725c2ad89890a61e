import { isFault, type TextFault } from '../../diagnostics.ts';
import { isMeasure, parseMeasure } from '../../../conditions/parse-measure.ts';
import {
  type ThresholdLimit,
  OPERATORS,
  THRESHOLD_METRICS,
  type ThresholdMetric,
  type ThresholdMetricName,
  unitOf,
  type SourceThreshold,
} from '../../../plan/threshold.ts';
import { BUILT_IN_METRICS } from '../../../shared/job-metric.ts';
import { parseDuration } from '../../../shared/units.ts';
import { describeConditionFault } from '../conditions.ts';
import { didYouMean } from '../../suggest.ts';
import { RESERVED_WORDS, SYNONYMS, TIMES } from './reserved-words.ts';
import { RATE, parseRate } from '../../values.ts';

/** A parsed threshold. */
export interface ThresholdText extends ThresholdLimit {
  readonly text: string;
  readonly metric: ThresholdMetric;
}

/** A parsed check of a threshold: of recorded metrics, or of values of sources. */
export type ParsedCheck =
  | ({ readonly kind: 'recorded' } & ThresholdText)
  | ({ readonly kind: 'source' } & SourceThresholdText);

/** Parses the check of a threshold; its form determines the kind. */
export function parseCheck(text: string): ParsedCheck | TextFault {
  if (isMeasure(text)) {
    const threshold = parseSourceThreshold(text);
    return isFault(threshold) ? threshold : { kind: 'source', ...threshold };
  }
  const threshold = parseThreshold(text);
  return isFault(threshold) ? threshold : { kind: 'recorded', ...threshold };
}

const EXAMPLE = 'such as "p(99) < 200ms", "error_rate < 1%" or "rate > 950"';

/** Parses `p(99) < 200ms`, `service avg <= 5ms`, `error_rate < 1%`, `rate > 950`. */
export function parseThreshold(text: string): ThresholdText | TextFault {
  const parts = splitBound(text);
  if (parts === undefined) return { message: 'must be a metric, an operator and a limit', hint: EXAMPLE };
  const operator = operatorOf(parts.operator);
  if (typeof operator !== 'string') return operator;
  const metric = parseMetric(parts.left);
  if ('message' in metric) return metric;
  // A name that may be a custom metric's, without a count as its limit, is a misspelled metric.
  if (metric.of === metric.text && toNumber(parts.right) === undefined) return unknownMetric(metric.text, metric.text);
  const limit = parseLimit(metric.name, parts.right);
  if (typeof limit !== 'number') return limit;
  return { text: `${metric.text} ${operator} ${parts.right}`, metric, operator, limit };
}

/** Parses the expected result of a query: `< 0.8`. */
export function parseExpectation(text: string): (ThresholdLimit & { readonly text: string }) | TextFault {
  const parts = splitBound(text);
  if (parts === undefined || parts.left !== '') {
    return { message: 'must be an operator and a number', hint: 'such as "< 0.8"' };
  }
  const operator = operatorOf(parts.operator);
  if (typeof operator !== 'string') return operator;
  const limit = toNumber(parts.right, SIGNED);
  if (limit === undefined) return { message: `\`${parts.right}\` is not a number`, hint: 'such as "< 0.8"' };
  return { text: `${operator} ${parts.right}`, operator, limit };
}

function splitBound(
  text: string,
): { readonly left: string; readonly operator: string; readonly right: string } | undefined {
  const match = /^([^<>=!]*)([<>=!]+)([^<>=!]+)$/.exec(text);
  if (match === null) return undefined;
  const [left = '', operator = '', right = ''] = match.slice(1).map((part) => part.trim());
  return right === '' ? undefined : { left, operator, right };
}

function operatorOf(text: string): ThresholdLimit['operator'] | TextFault {
  const operator = OPERATORS.find((one) => one === text);
  if (operator !== undefined) return operator;
  const hint = text === '=' ? 'write ==' : `one of ${OPERATORS.join(' ')}`;
  return { message: `\`${text}\` is not an operator`, hint };
}

const ITERATION = /^iteration\s+/;

function parseMetric(text: string): ThresholdMetric | TextFault {
  const metric = parseRequestMetric(text.replace(ITERATION, ''));
  if ('message' in metric || !ITERATION.test(text)) return metric;
  if (metric.of !== undefined) {
    return { message: `\`iteration\` does not apply to the metric \`${metric.of}\``, hint: `write \`${metric.text}\`` };
  }
  if (metric.name === 'failed_checks') {
    return { message: '`failed_checks` applies to the requests of the steps', hint: 'write `failed_checks`' };
  }
  return { ...metric, text: `iteration ${metric.text}`, ofIterations: true };
}

function parseRequestMetric(text: string): ThresholdMetric | TextFault {
  // Accepts the notation of summaries too: p99.
  const match = /^(?:(\w+)\s+)?([a-z_]+)(?:\s*\(([^()]*)\)|(\d[\d.]*))?$/i.exec(text);
  const [, prefix, word = '', inBrackets, bare] = match ?? [];
  const given = (inBrackets ?? bare)?.trim();
  const known = THRESHOLD_METRICS.find((name) => name === word);
  if (known === undefined || (bare !== undefined && known !== 'p')) {
    return isMetricName(text)
      ? { text, name: 'count', percent: undefined, time: undefined, ofIterations: false, of: text }
      : unknownMetric(text, word);
  }
  const name: ThresholdMetricName = known === 'med' ? 'p' : known;
  const time = TIMES.find((one) => one === prefix);
  const of = time === undefined ? prefix : undefined;
  if (of !== undefined && !OF_METRICS.has(name)) {
    return { message: `\`${known}\` does not apply to the metric \`${of}\``, hint: `write \`${known}\`` };
  }
  if (time !== undefined && (unitOf(name) !== 'seconds' || name === 'lag')) {
    return {
      message: `\`${known}\` is not a service or response time`,
      hint: `write \`${text.slice(prefix?.length).trim()}\``,
    };
  }
  const percent = known === 'med' ? (given === undefined ? 50 : undefined) : percentOf(known, given);
  if (typeof percent === 'object') return percent;
  if (given !== undefined && (percent === undefined || (known !== 'p' && known !== 'lag'))) {
    return { message: `\`${known}\` takes no argument`, hint: `write \`${known}\`` };
  }
  return { text: text.replaceAll(/\s+/g, ' '), name, percent, time, ofIterations: false, of };
}

/** Statistics of additional metrics. */
const OF_METRICS: ReadonlySet<ThresholdMetricName> = new Set(['avg', 'min', 'max', 'p', 'count', 'rate']);

/** Whether a word may be the name of an additional metric. */
function isMetricName(text: string): boolean {
  return (
    Object.hasOwn(BUILT_IN_METRICS, text) || (/^[a-z_]\w*$/i.test(text) && !RESERVED_WORDS.has(text.toLowerCase()))
  );
}

/** Percentile of a metric; the default for lag is 99. */
function percentOf(name: string, given: string | undefined): number | undefined | TextFault {
  if (name === 'lag' && given === undefined) return 99;
  if (name !== 'p' && name !== 'lag') return undefined;
  const percent = toNumber(given ?? '');
  if (percent !== undefined && percent > 0 && percent < 100) return percent;
  const hint =
    percent === 100 && name === 'p' ? 'the largest is `max`' : `such as \`${name}(99)\` or \`${name}(99.9)\``;
  return { message: `\`${name}\` needs a percentile above 0 and below 100`, hint };
}

/** Explains that a text is not a metric. @param names of additional metrics */
export function unknownMetric(text: string, word: string, additional: readonly string[] = []): TextFault {
  const synonym = SYNONYMS.get(word.toLowerCase());
  const names = [...THRESHOLD_METRICS.map((name) => (name === 'p' ? 'p(N)' : name)), ...additional];
  const hint = synonym === undefined ? didYouMean(word || text, names) : `did you mean \`${synonym}\`?`;
  return { message: `\`${text}\` is not a known metric`, hint: hint ?? `metrics: ${names.join(' ')}` };
}

function parseLimit(name: ThresholdMetricName, text: string): number | TextFault {
  switch (unitOf(name)) {
    case 'seconds':
      return secondsOf(name, text);
    case 'share':
      return shareOf(name, text);
    case 'rate':
      return rateOf(text);
    case 'count':
    case 'number':
    default:
      return countOf(name, text);
  }
}

function secondsOf(name: string, text: string): number | TextFault {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms / 1000;
  if (toNumber(text) === 0) return 0;
  if (toNumber(text) !== undefined) {
    return { message: `${text} has no unit`, hint: `write ${text}ms or ${text}s` };
  }
  return { message: `\`${text}\` is not a duration; \`${name}\` is compared with one`, hint: 'such as 200ms or 1.5s' };
}

function shareOf(name: string, text: string): number | TextFault {
  const isPercent = text.endsWith('%');
  const number = toNumber(isPercent ? text.slice(0, -1).trimEnd() : text);
  if (number === undefined)
    return { message: `\`${text}\` is not a share; \`${name}\` is compared with one`, hint: 'such as 1% or 0.01' };
  if (isPercent && number <= 100) return number / 100;
  if (!isPercent && number <= 1) return number;
  return { message: `${text} is more than 100%`, hint: isPercent ? 'the maximum is 100%' : `did you mean ${text}%?` };
}

function rateOf(text: string): number | TextFault {
  const number = toNumber(text);
  if (number !== undefined) return number;
  if (RATE.test(text)) return parseRate(text);
  const hint = text.endsWith('%')
    ? 'the share of failed requests is `error_rate`'
    : 'a number of requests per second, or such as 30000/m';
  return { message: `\`${text}\` is not a rate`, hint };
}

function countOf(name: string, text: string): number | TextFault {
  const number = toNumber(text);
  if (number !== undefined) return number;
  const hint = text.endsWith('%') && name === 'errors' ? 'the share of failed requests is `error_rate`' : 'such as 100';
  return { message: `\`${text}\` is not a number of requests`, hint };
}

const UNSIGNED = /^\d{1,15}(\.\d{1,9})?$/;
const SIGNED = /^[-+]?(\d{1,15}(\.\d{1,9})?|\.\d{1,9})(e[-+]?\d{1,2})?$/i;

function toNumber(text: string, form = UNSIGNED): number | undefined {
  return form.test(text) ? Number(text) : undefined;
}

type SourceThresholdText = Pick<SourceThreshold, 'text' | 'metric' | 'statistic' | 'selector' | 'operator' | 'limit'>;

/** Parses `max(queue_length{queue="mail"}) < 100`, `increase(failures_total) == 0`. */
export function parseSourceThreshold(text: string): SourceThresholdText | TextFault {
  const parsed = parseMeasure(text);
  if ('fault' in parsed) return describeConditionFault(parsed.fault, text, 'is not a threshold');
  const { statistic, selector, comparison, limit, left, right } = parsed.measure;
  const operator = OPERATORS.find((one) => one === comparison);
  if (operator === undefined)
    return { message: `\`${comparison}\` is not an operator`, hint: `one of ${OPERATORS.join(' ')}` };
  return { text: `${left} ${operator} ${right}`, metric: left, statistic, selector, operator, limit };
}
