import { z } from 'zod';
import { BUILT_IN_METRICS, type JobMetric } from '../../shared/job-metric.ts';
import { listNames } from '../../shared/text.ts';
import type { Path, PathDiagnostic } from '../diagnostics.ts';
import { asObject, type ConfigObject, jobsOf, requestsInStep, STEP_LISTS, stepEntriesOf } from '../entries.ts';
import { didYouMean } from '../suggest.ts';
import { optional, required, text } from '../values.ts';
import { RESERVED_WORDS } from './thresholds/reserved-words.ts';

/** Each trend is a histogram for each part of a job, on each thread. */
const MAX_METRICS = 50;
/** As Prometheus accepts; a colon is for recording rules. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const NAME_FORM = 'must be a name of letters, digits and _ that begins with a letter, as Prometheus accepts';

const customMetricSchema = z
  .strictObject({
    type: required(z.enum(['counter', 'trend']), {
      description: '`counter`: a sum of whole numbers. `trend`: a distribution of durations in seconds.',
      examples: ['trend'],
    }),
    help: optional(text, {
      description: 'Help text of the metric family.',
      without: 'a text with the type',
      examples: ['Time that the cart service reports.'],
    }),
  })
  .meta({ id: 'custom_metric', description: 'A metric of the workload itself.' });

/** Field names of a custom metric. */
export const CUSTOM_METRIC_FIELDS: readonly string[] = Object.keys(customMetricSchema.shape);

export const customMetricsField = optional(z.record(z.string().regex(NAME, { error: NAME_FORM }), customMetricSchema), {
  description:
    'Counters and trends of the workload itself, by the name of their metric family: see [Custom metrics](metrics.md#custom-metrics). A capture with `metric` records a value.',
  default: {},
  examples: [{ orders_total: { type: 'counter' }, cart_seconds: { type: 'trend' } }],
});

type CustomMetrics = Readonly<Record<string, z.infer<typeof customMetricSchema>>>;

/** Beginnings of the names of the agent's own metric families, and of those that dashboards know from other programs. */
const OWN_PREFIXES = [
  'requests_',
  'iteration_',
  'iterations_',
  'job_',
  'jobs_',
  'loadbot_',
  'process_',
  'nodejs_',
  'go_',
  'k6_',
  'scrape_',
  '__',
] as const;

/** Suffixes of the series of a histogram. */
const TREND_SUFFIXES = ['_bucket', '_sum', '_count'] as const;

/** Reports names that other metrics or thresholds use, and captures with an unknown metric. */
export function checkCustomMetrics(file: unknown): PathDiagnostic[] {
  const metrics = asObject(asObject(file)?.['custom_metrics']) ?? {};
  const names = Object.keys(metrics);
  const findings = names.flatMap((name) => checkName(name, metrics));
  if (names.length > MAX_METRICS) {
    const message = `there are ${names.length} custom metrics; at most ${MAX_METRICS} are supported`;
    findings.push({ path: ['custom_metrics'], message });
  }
  return findings.concat(jobsOf(file).flatMap((job) => checkCaptures(job, names)));
}

function checkName(name: string, metrics: Readonly<Record<string, unknown>>): PathDiagnostic[] {
  const fault = (message: string): PathDiagnostic[] => [
    { path: ['custom_metrics', name], part: 'key', message, hint: `such as shop_${name.replace(/^_+/, '')}` },
  ];
  if (RESERVED_WORDS.has(name)) return fault(`\`${name}\` has another meaning in thresholds`);
  const prefix = OWN_PREFIXES.find((one) => name.startsWith(one));
  if (prefix !== undefined) return fault(`\`${prefix}\` begins the names of the agent's own metrics`);
  const trend = TREND_SUFFIXES.filter((suffix) => name.endsWith(suffix))
    .map((suffix) => name.slice(0, -suffix.length))
    .find((other) => asObject(metrics[other])?.['type'] === 'trend');
  return trend === undefined ? [] : fault(`\`${name}\` is also a series of the trend \`${trend}\``);
}

/** A capture of a scenario's step, with its path. */
interface StepCapture {
  readonly path: Path;
  readonly metric: unknown;
  readonly list: (typeof STEP_LISTS)[number];
}

function capturesOf(job: ConfigObject): readonly StepCapture[] {
  return STEP_LISTS.flatMap((list) =>
    stepEntriesOf(job, list)
      .flatMap(requestsInStep)
      .flatMap(({ path, fields }) =>
        Object.entries(asObject(fields['capture']) ?? {}).map(([name, capture]) => ({
          path: [...path, 'capture', name, 'metric'],
          metric: asObject(capture)?.['metric'],
          list,
        })),
      ),
  ).filter(({ metric }) => typeof metric === 'string');
}

function checkCaptures(job: ConfigObject, names: readonly string[]): PathDiagnostic[] {
  return capturesOf(job).flatMap(({ path, metric, list }): PathDiagnostic[] => {
    if (list !== 'steps') {
      const message = `\`metric\` does not apply in \`${list}\`, whose requests are not counted`;
      return [{ path, part: 'key', message, hint: 'leave it out' }];
    }
    const name = String(metric);
    if (names.includes(name)) return [];
    const known = names.length === 0 ? 'declare it in `custom_metrics`' : `custom metrics: ${listNames(names)}`;
    return [{ path, message: `no custom metric is called "${name}"`, hint: didYouMean(name, names) ?? known }];
  });
}

/** Names of the metrics that thresholds may name in addition to those of all jobs. */
export function metricNamesOf(file: unknown): readonly string[] {
  return [...Object.keys(BUILT_IN_METRICS), ...Object.keys(asObject(asObject(file)?.['custom_metrics']) ?? {})];
}

/** Plans the custom metrics, which a scenario records for each of its iterations. @param start index of the first one */
export function planCustomMetrics(metrics: CustomMetrics, start: number): readonly JobMetric[] {
  return Object.entries(metrics).map(([name, { type, help = `A ${type} of the workload.` }], at) => {
    return { index: start + at, name, family: name, type, help, scope: 'job' };
  });
}
