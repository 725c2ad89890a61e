import { didYouMean } from '../../suggest.ts';
import type { ParsedCheck } from './expression.ts';
import { duration } from '../../values.ts';
import { proxyFor } from '../connection.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { Path, ReportProblem } from '../../diagnostics.ts';
import type { JobEntry } from '../job/schema.ts';
import type { QueryThresholdEntry, ThresholdEntry } from './schema.ts';
import type { WorkloadFile } from '../../schema.ts';
import { requestParts } from '../../../shared/job-parts.ts';
import { listNames } from '../../../shared/text.ts';
import {
  type AbortRule,
  type QueryThreshold,
  type RecordedThreshold,
  type SourceThreshold,
  type Threshold,
  type ThresholdMetric,
  unitOf,
} from '../../../plan/threshold.ts';
import { BUILT_IN_METRICS } from '../../../shared/job-metric.ts';
import type { PlacedJob } from '../job/plan.ts';
import { partsOf } from '../../../plan/job-part.ts';
import { type JobPlan, type RequestJobPlan, sendsRequests } from '../../../plan/plan.ts';

const { threshold: defaults } = DEFAULTS;
const TIMEOUT_MS = duration.parse(defaults.timeout);
const DELAY_MS = duration.parse(defaults.delay);

/** Subject of a threshold: its jobs, and their name, which is empty for all jobs. */
interface Scope {
  readonly job: string;
  readonly jobs: readonly RequestJobPlan[];
}

/**
 * Plans all thresholds of a workload: those of its jobs in their order, then its own. Problems are reported.
 * @param placed the jobs of the file, one for each of `jobs`
 */
export function planThresholds(
  file: WorkloadFile,
  placed: readonly PlacedJob[],
  jobs: readonly JobPlan[],
  report: ReportProblem,
): readonly Threshold[] {
  const ofJobs = jobs.flatMap((job, index) => {
    const entry = placed[index];
    if (entry === undefined || !sendsRequests(job)) return [];
    return thresholdsOf(entry.job).map((threshold, at) =>
      planOne(threshold, { job: job.name, jobs: [job] }, [...entry.path, 'thresholds', at], report),
    );
  });
  const known = new Set(ofJobs.map(identityOf));
  const own = (file.thresholds ?? []).flatMap((entry, at): Threshold[] => {
    const path = ['thresholds', at];
    if ('prometheus' in entry) return [planQuery(entry, path, report)];
    const scope = scopeOf(entry, jobs.filter(sendsRequests), path, report);
    return scope === undefined ? [] : [planOne(entry, scope, path, report)];
  });
  for (const [at, threshold] of own.entries()) {
    const identity = identityOf(threshold);
    if (known.has(identity)) report(['thresholds', at], 'is there already', 'once is enough');
    known.add(identity);
  }
  return [...ofJobs, ...own];
}

/** Identity of a threshold's series: two equal ones would be one series. */
function identityOf(threshold: Threshold): string {
  if (threshold.kind === 'query') return JSON.stringify([threshold.url, threshold.text]);
  const { job, uuids, jobType, text } = threshold;
  const step = threshold.kind === 'recorded' ? threshold.step : undefined;
  return JSON.stringify([job, uuids, jobType, step, text]);
}

function thresholdsOf(job: JobEntry): readonly ThresholdEntry[] {
  return 'thresholds' in job ? (job.thresholds ?? []) : [];
}

function scopeOf(
  entry: ThresholdEntry,
  jobs: readonly RequestJobPlan[],
  path: Path,
  report: ReportProblem,
): Scope | undefined {
  const { job: name } = toObject(entry);
  if (name === undefined) {
    if (jobs.length > 0 || isAboutSources(entry)) return { job: '', jobs };
    report(path, 'no job sends requests, so there is nothing that it could be about');
    return undefined;
  }
  const named = jobs.filter((job) => job.name === name);
  if (named.length > 0) return { job: name, jobs: named };
  const names = jobs.map((job) => job.name);
  report(
    [...path, 'job'],
    `no job that sends requests is called "${name}"`,
    didYouMean(name, names) ?? `jobs: ${listNames(names)}`,
  );
  return undefined;
}

/** An entry with its short form expanded. */
type GivenThreshold = Exclude<ThresholdEntry, ParsedCheck>;

type ThresholdSettings = Omit<GivenThreshold, 'check'>;
type SourceCheck = Extract<ParsedCheck, { kind: 'source' }>;
type RecordedCheck = Extract<ParsedCheck, { kind: 'recorded' }>;

function toObject(entry: ThresholdEntry): GivenThreshold {
  return 'check' in entry ? entry : { check: entry };
}

function isAboutSources(entry: ThresholdEntry): boolean {
  return toObject(entry).check.kind === 'source';
}

function planOne(entry: ThresholdEntry, scope: Scope, path: Path, report: ReportProblem): Threshold {
  const { check, ...given } = toObject(entry);
  if (check.kind === 'source') return planSource(check, given, scope);
  return planRecorded(check, given, scope, {
    reportType: (message, hint) => report([...path, 'type'], message, hint),
    reportStep: (message, hint) => report([...path, 'step'], message, hint),
    reportCheck: (message, hint) => report('check' in entry ? [...path, 'check'] : path, message, hint),
  });
}

function planSource(check: SourceCheck, given: ThresholdSettings, { job, jobs }: Scope): SourceThreshold {
  const [whole] = jobs.length === 1 && job !== '' ? jobs : [];
  return { ...check, job, jobType: whole?.type ?? '', ...abortRuleOf(given, jobs) };
}

function abortRuleOf(given: ThresholdSettings, jobs: readonly RequestJobPlan[]): AbortRule {
  const { abort_on_fail: abortOnFail = defaults.abort_on_fail, delay = DELAY_MS } = given;
  return { uuids: jobs.map(({ uuid }) => uuid), abortOnFail, delayMs: delay };
}

type ReportFault = (message: string, hint: string) => void;
type ThresholdFaults = Readonly<Record<'reportType' | 'reportStep' | 'reportCheck', ReportFault>>;

/** Reports a threshold on iterations where there are none, or that selects requests. */
function checkIterations(
  jobs: readonly RequestJobPlan[],
  { type, step }: ThresholdSettings,
  { reportType, reportStep, reportCheck }: ThresholdFaults,
): void {
  if (jobs.every(({ scenario }) => scenario === undefined)) {
    reportCheck('`iteration` needs a job of type "scenario"', 'remove `iteration`: other jobs have requests only');
    return;
  }
  const message = 'does not apply to iterations, which have all steps';
  const hint = 'remove it, or remove `iteration` from the check';
  if (type !== undefined) reportType(message, hint);
  if (step !== undefined) reportStep(message, hint);
}

/** Reports a threshold on an additional metric that its jobs do not record, or on a statistic that it does not have. */
function checkRecorded(
  { of = '', name }: ThresholdMetric,
  jobs: readonly RequestJobPlan[],
  job: string,
  report: ReportFault,
): void {
  const recorded = jobs.flatMap(({ metrics }) => metrics).find((metric) => metric.name === of);
  if (recorded === undefined) {
    const hint =
      of === 'first_byte'
        ? 'give the job `first_byte: true`'
        : of in BUILT_IN_METRICS
          ? 'give a request of the job `stream: "sse"`'
          : `give a capture of the job \`metric: "${of}"\``;
    report(`${job === '' ? 'no job' : `${job} does not`} ${job === '' ? 'records' : 'record'} \`${of}\``, hint);
  } else if (recorded.type === 'counter' && unitOf(name) === 'seconds') {
    report(`\`${of}\` is a counter, which has no durations`, `such as "${of} > 0" or "${of} rate > 5"`);
  }
}

function planRecorded(
  check: RecordedCheck,
  given: ThresholdSettings,
  { job, jobs }: Scope,
  { reportType, reportStep, reportCheck }: ThresholdFaults,
): RecordedThreshold {
  const { type, step } = given;
  const parts = requestParts(jobs.flatMap(partsOf));
  const types = new Set(parts.map((part) => part.type));
  if (type !== undefined && !types.has(type)) {
    reportType(`no ${type} is sent by ${job === '' ? 'any job' : job}`, `types: ${[...types].join(', ')}`);
  }
  const steps = [...new Set(parts.flatMap((part) => (part.step === '' ? [] : [part.step])))];
  if (step !== undefined && !steps.includes(step)) {
    const known = steps.length === 0 ? 'operations of a mixed job may have a `name`' : `names: ${listNames(steps)}`;
    reportStep(`no operation of ${job === '' ? 'any job' : job} is called "${step}"`, didYouMean(step, steps) ?? known);
  }
  const { metric } = check;
  if (metric.ofIterations) checkIterations(jobs, given, { reportType, reportStep, reportCheck });
  if (metric.of !== undefined) checkRecorded(metric, jobs, job, reportCheck);
  const ofSchedule = metric.name === 'lag' ? '`lag`' : metric.time === 'response' ? 'response time' : undefined;
  if (ofSchedule !== undefined && jobs.every(({ pacing }) => pacing.kind === 'unlimited')) {
    reportCheck(`${ofSchedule} needs \`pace\` or \`stages\``, 'give the job a rate, or ask for service time');
  }
  const [whole] = jobs.length === 1 && job !== '' ? jobs : [];
  return { ...check, job, type, step, jobType: type ?? whole?.type ?? '', ...abortRuleOf(given, jobs) };
}

function planQuery(entry: QueryThresholdEntry, path: Path, report: ReportProblem): QueryThreshold {
  const { prometheus, query, expect, timeout = TIMEOUT_MS } = entry;
  const { url, headers } = prometheus;
  const proxy = proxyFor(url, [...path, 'prometheus'], report);
  const text = `${query} ${expect.text}`;
  return { kind: 'query', ...expect, text, url, headers, proxy, query, timeoutMs: timeout };
}
