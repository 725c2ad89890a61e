import { duration } from '../../values.ts';
import { takeCredentials } from '../server.ts';
import { proxyFor } from '../connection.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { Path, ReportProblem } from '../../diagnostics.ts';
import type { JobEntry } from '../job/schema.ts';
import type { QueryThresholdEntry, ThresholdEntry } from './schema.ts';
import type { WorkloadFile } from '../../schema.ts';
import { parseSourceThreshold, parseExpectation, parseThreshold } from './expression.ts';
import { didYouMean } from '../../suggest.ts';
import { isMeasure } from '../../../conditions/parse-measure.ts';
import { LoadbotError } from '../../../shared/errors.ts';
import { listNames } from '../../../shared/text.ts';
import type {
  AbortRule,
  QueryThreshold,
  RecordedThreshold,
  SourceThreshold,
  Threshold,
} from '../../../plan/threshold.ts';
import type { PlacedJob } from '../job/plan.ts';
import { type JobPlan, type RequestJobPlan, partsOf, sendsRequests } from '../../../plan/plan.ts';

const { threshold: defaults } = DEFAULTS;

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
    return thresholdsOf(entry.job).flatMap((threshold, at) =>
      planOne(threshold, { job: job.name, jobs: [job] }, [...entry.path, 'thresholds', at], report),
    );
  });
  const known = new Set(ofJobs.map(identityOf));
  const own = (file.thresholds ?? []).flatMap((entry, at): Threshold[] => {
    const path = ['thresholds', at];
    if (typeof entry === 'object' && 'prometheus' in entry) return [planQuery(entry, path, report)];
    const scope = scopeOf(entry, jobs.filter(sendsRequests), path, report);
    return scope === undefined ? [] : planOne(entry, scope, path, report);
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
  const name = typeof entry === 'string' ? undefined : entry.job;
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
type GivenThreshold = Exclude<ThresholdEntry, string>;

function toObject(entry: ThresholdEntry): GivenThreshold {
  return typeof entry === 'string' ? { check: entry } : entry;
}

function isAboutSources(entry: ThresholdEntry): boolean {
  return isMeasure(toObject(entry).check);
}

function planOne(entry: ThresholdEntry, scope: Scope, path: Path, report: ReportProblem): Threshold[] {
  return isAboutSources(entry) ? [planSource(toObject(entry), scope)] : planRecorded(entry, scope, path, report);
}

function planSource(given: GivenThreshold, { job, jobs }: Scope): SourceThreshold {
  const threshold = parseSourceThreshold(given.check);
  if ('message' in threshold) throw new LoadbotError('internal', `this passed validation: ${given.check}`);
  const [whole] = jobs.length === 1 && job !== '' ? jobs : [];
  return { kind: 'source', ...threshold, job, jobType: whole?.type ?? '', ...abortRuleOf(given, jobs) };
}

function abortRuleOf(given: GivenThreshold, jobs: readonly RequestJobPlan[]): AbortRule {
  const { abort_on_fail: abortOnFail = defaults.abort_on_fail, delay = duration.parse(defaults.delay) } = given;
  return { uuids: jobs.map(({ uuid }) => uuid), abortOnFail, delayMs: delay };
}

function planRecorded(
  entry: ThresholdEntry,
  { job, jobs }: Scope,
  path: Path,
  report: ReportProblem,
): RecordedThreshold[] {
  const given = toObject(entry);
  const threshold = parseThreshold(given.check);
  if ('message' in threshold)
    throw new LoadbotError('internal', `a threshold that is none passed validation: ${given.check}`);
  const { type, step } = given;
  const parts = jobs.flatMap(partsOf);
  const types = new Set(parts.map((part) => part.type));
  const place = typeof entry === 'string' ? path : [...path, 'check'];
  if (type !== undefined && !types.has(type)) {
    report(
      [...path, 'type'],
      `no ${type} is sent by ${job === '' ? 'any job' : job}`,
      `types: ${[...types].join(', ')}`,
    );
  }
  const steps = [...new Set(parts.flatMap((part) => (part.step === '' ? [] : [part.step])))];
  if (step !== undefined && !steps.includes(step)) {
    const known = steps.length === 0 ? 'operations of a mixed job may have a `name`' : `names: ${listNames(steps)}`;
    report(
      [...path, 'step'],
      `no operation of ${job === '' ? 'any job' : job} is called "${step}"`,
      didYouMean(step, steps) ?? known,
    );
  }
  const { metric } = threshold;
  const ofSchedule = metric.name === 'lag' ? '`lag`' : metric.time === 'response' ? 'response time' : undefined;
  if (ofSchedule !== undefined && !jobs.some(({ pacing }) => pacing.kind === 'paced')) {
    report(place, `${ofSchedule} needs \`pace\` or \`stages\``, 'give the job a rate, or ask for service time');
  }
  const [whole] = jobs.length === 1 && job !== '' ? jobs : [];
  return [
    {
      kind: 'recorded',
      ...threshold,
      job,
      type,
      step,
      jobType: type ?? whole?.type ?? '',
      ...abortRuleOf(given, jobs),
    },
  ];
}

function planQuery(entry: QueryThresholdEntry, path: Path, report: ReportProblem): QueryThreshold {
  const { prometheus, query, expect, timeout = duration.parse(defaults.timeout) } = entry;
  const bound = parseExpectation(expect);
  if ('message' in bound)
    throw new LoadbotError('internal', `an expectation that is none passed validation: ${expect}`);
  const { url, headers } = takeCredentials(prometheus);
  const text = `${query} ${bound.text}`;
  const proxy = proxyFor(url, [...path, 'prometheus'], report);
  return { kind: 'query', ...bound, text, url, headers, proxy, query, timeoutMs: timeout };
}
