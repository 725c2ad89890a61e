import { formsError, parsed, optional, required, duration, positiveDuration, text } from '../../values.ts';
import { type ParsedCheck, parseCheck, parseExpectation, unknownMetric } from './expression.ts';
import type { ThresholdMetric } from '../../../plan/threshold.ts';
import { metricNamesOf } from '../custom-metrics.ts';
import { didYouMean } from '../../suggest.ts';
import type { CheckedFile } from '../../parsed-texts.ts';
import { isFault, type TextFault, type PathDiagnostic, type Path } from '../../diagnostics.ts';
import { parseServerUrl, type ServerUrl } from '../server.ts';
import { z } from 'zod';
import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import { DEFAULTS } from '../../defaults.ts';
import { asObject, jobsOf } from '../../entries.ts';
import { checkHasSources, checkSourceNames } from '../conditions.ts';
import { DOCUMENT_TYPES } from '../../../shared/job-type.ts';

const { threshold: defaults } = DEFAULTS;
const AMOUNT = { error: `must hold at most ${WORKLOAD_LIMITS.thresholds} thresholds: each is three series` };

const ABORT = {
  abort_on_fail: optional(z.boolean(), {
    description: 'Stop the run as soon as this threshold fails.',
    default: defaults.abort_on_fail,
    examples: [true],
  }),
  delay: optional(duration, {
    description: 'Minimum duration of measured load before the run can be stopped.',
    default: defaults.delay,
    examples: ['10s'],
  }),
};
/** The check of a threshold. */
const checkText = parsed(parseCheck);

const check = required(checkText, {
  description: 'Expression that must be true: see [Thresholds](ci.md#thresholds).',
  examples: ['p(99) < 200ms', 'error_rate < 1%'],
});

const step = optional(text, {
  description: 'Name of the operation to check, in a mixed job.',
  without: 'all operations combined',
  examples: ['search'],
});

const thresholdSchema = z
  .strictObject({
    check,
    type: optional(z.enum(DOCUMENT_TYPES), {
      description: 'Type of the requests to check, in a mixed job.',
      without: 'all types combined',
      examples: ['read'],
    }),
    step,
    ...ABORT,
  })
  .meta({ id: 'threshold', description: 'A threshold of a job.' });

const workloadThresholdSchema = z
  .strictObject({
    check,
    job: optional(text, {
      description: 'Name of the job to check; jobs with the same name are combined.',
      without: 'all jobs combined',
      examples: ['reads'],
    }),
    type: optional(z.enum(DOCUMENT_TYPES), {
      description: 'Type of the requests to check.',
      without: 'all types combined',
      examples: ['read'],
    }),
    step,
    ...ABORT,
  })
  .meta({ id: 'workload_threshold', description: 'A threshold of one job or of all jobs combined.' });

function parsePrometheusUrl(text: string): ServerUrl | TextFault {
  const url = parseServerUrl(text);
  return isFault(url) ? { hint: 'give the URL without /api/v1/query', ...url } : url;
}

const queryThresholdSchema = z
  .strictObject({
    prometheus: required(parsed(parsePrometheusUrl), {
      description:
        'Base URL of a Prometheus-compatible server, http or https, without `/api/v1/query`. May contain `${ENV_NAME}`.',
      examples: ['http://prometheus:9090'],
    }),
    query: required(text, {
      description: 'PromQL query, evaluated after the run when all metrics are delivered.',
      examples: ['max_over_time(cpu_busy[1m])'],
    }),
    expect: required(parsed(parseExpectation), {
      description: 'Condition on every series of the result: an operator and a number. An empty result is a failure.',
      examples: ['< 0.8'],
    }),
    timeout: optional(positiveDuration, {
      description: 'Timeout of the query.',
      default: defaults.timeout,
      examples: ['30s'],
    }),
  })
  .meta({ id: 'query_threshold', description: 'A threshold on the result of a PromQL query.' });

const FORMS = 'must be text such as "p(99) < 200ms", or an object';

/** Thresholds of a job. */
export const jobThresholdsSchema = z
  .array(z.union([checkText, thresholdSchema], { error: formsError(FORMS) }))
  .max(WORKLOAD_LIMITS.thresholds, AMOUNT);

/** Thresholds of the workload. */
export const workloadThresholdsSchema = z
  .array(z.union([checkText, workloadThresholdSchema, queryThresholdSchema], { error: formsError(FORMS) }))
  .max(WORKLOAD_LIMITS.thresholds, AMOUNT);

/** A threshold on a query result, before defaults. */
export type QueryThresholdEntry = z.infer<typeof queryThresholdSchema>;

/** A threshold on recorded metrics, before defaults. */
export type ThresholdEntry = ParsedCheck | z.infer<typeof workloadThresholdSchema>;

/** Field names of all kinds of thresholds. */
export const THRESHOLD_FIELDS: readonly string[] = [
  ...new Set([...Object.keys(workloadThresholdSchema.shape), ...Object.keys(queryThresholdSchema.shape)]),
];

/** Checks the sources of thresholds, and that `abort_on_fail` does not end every run. */
export function checkThresholds(file: CheckedFile): PathDiagnostic[] {
  const holders = [{ path: [], fields: asObject(file.value) ?? {} }, ...jobsOf(file.value)];
  return holders.flatMap(({ path, fields }) => {
    const { thresholds } = fields;
    if (!Array.isArray(thresholds)) return [];
    return thresholds.flatMap((threshold, index) => checkThreshold(threshold, [...path, 'thresholds', index], file));
  });
}

function checkThreshold(threshold: unknown, path: Path, { value, texts }: CheckedFile): PathDiagnostic[] {
  const fields = asObject(threshold);
  const check = texts.valueOf(checkText, fields === undefined ? threshold : fields['check']);
  if (check === undefined) return []; // reported by the schema
  const at = fields === undefined ? path : [...path, 'check'];
  const isOfSource = check.kind === 'source';
  return [
    ...(isOfSource ? [] : checkMetricName(check.metric, at, value)),
    ...(isOfSource ? checkHasSources(at, 'is about the values of', value) : []),
    ...(isOfSource ? checkSourceNames([check.selector], at, value) : []),
    ...(fields?.['abort_on_fail'] === true && failsAtStart(check) ? [abortsEvery(check.text, at)] : []),
    ...(isOfSource ? onlyOfRequests({ type: fields?.['type'], step: fields?.['step'] }, path) : []),
  ];
}

/** Reports an unknown metric before a statistic, or in place of one. */
function checkMetricName({ of, text: shown }: ThresholdMetric, path: Path, file: unknown): PathDiagnostic[] {
  const names = metricNamesOf(file);
  if (of === undefined || names.includes(of)) return [];
  if (shown === of) return [{ path, ...unknownMetric(shown, of, names) }];
  const known = didYouMean(of, ['service', 'response', ...names]) ?? 'such as "service p(99) < 200ms"';
  return [{ path, message: `\`${of}\` is neither service nor response time, nor a custom metric`, hint: known }];
}

function abortsEvery(text: string, path: Path): PathDiagnostic {
  const message = `\`${text}\` cannot pass before the end of the run: \`abort_on_fail\` would stop every run`;
  return { path, message, hint: 'leave `abort_on_fail` out' };
}

function onlyOfRequests(fields: Readonly<Record<string, unknown>>, path: Path): PathDiagnostic[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    if (value === undefined) return [];
    const message = `\`${field}\` does not apply to values of sources`;
    return [{ path: [...path, field], part: 'key', message, hint: 'leave it out' }];
  });
}

/** Whether the check is a lower bound on a counter: it fails at the start of every run. */
function failsAtStart(check: ParsedCheck): boolean {
  const { operator } = check;
  if (check.kind === 'recorded') return check.metric.name === 'count' && ['>', '>=', '=='].includes(operator);
  const isLower = operator === '>' || (check.limit > 0 && (operator === '>=' || operator === '=='));
  return check.statistic === 'increase' && isLower;
}
