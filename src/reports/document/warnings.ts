import { findingSubject } from '../../validity/finding.ts';
import { stepTitle, describeFindingTimes } from '../phrases/notes.ts';
import { nounOf, requestParts, scheduledParts } from '../../shared/job-parts.ts';
import { countsIterations } from '../../shared/job-type.ts';
import { formatCount, formatCountOf, formatMs, formatShare } from '../../shared/units.ts';
import { errorsOf, type JobSnapshot, requestsOf, jobKey } from '../../recorder/snapshot.ts';
import type { PartialRunResult } from '../report.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { ERROR_CLASSES, type ErrorClass } from '../../shared/outcome.ts';
import { describeDuplicates, isOnlyDuplicates } from './duplicate-keys.ts';
import { supportedPercentileMs } from '../phrases/percentiles.ts';

/** Warning about a result. */
export interface ResultWarning {
  /** Name of the job, or `run`, `generator`, `metrics`. */
  readonly subject: string;
  readonly message: string;
  /** Remedy, or the next thing to check. */
  readonly hint: string;
}

/** Returns all warnings of a result; those of jobs in their order. */
export function warningsOf(result: PartialRunResult): ResultWarning[] {
  const { jobs } = result.final;
  const scheduled = new Set(scheduledParts(jobs));
  const ofJob = (job: JobSnapshot): (ResultWarning | undefined)[] => {
    const isScheduled = scheduled.has(job);
    return [
      ...(countsIterations(job) ? ofIterations(job, result) : ofRequests(job, result, isScheduled)),
      ...(isScheduled ? [warnSkipped(job, result), warnAborted(job), warnDrift(job, result)] : []),
    ];
  };
  return [
    ...warnPartialResult(result),
    ...jobs.flatMap(ofJob),
    ...warnGenerator(result),
    ...warnUndelivered(result),
  ].filter((warning) => warning !== undefined);
}

function ofRequests(job: JobSnapshot, result: PartialRunResult, isScheduled: boolean): (ResultWarning | undefined)[] {
  const refused = warnDuplicateKeys(job, result);
  const all = warnAllFailed(job, result);
  // If all failures are duplicate keys, they are the cause, whatever the error class.
  if (all) return [refused, isOnlyDuplicates(job) ? undefined : all];
  // Latencies and waiting times are irrelevant if all requests failed.
  const queueing = isScheduled ? warnQueueing(job, result) : undefined;
  return [refused, warnAllMissed(job), warnUnbuiltRequests(job, result), queueing];
}

/** Failed steps have their own warnings, unless none was reached. */
function ofIterations(job: JobSnapshot, result: PartialRunResult): (ResultWarning | undefined)[] {
  const all = warnAllFailed(job, result);
  if (all === undefined) return [warnQueueing(job, result)];
  const steps = requestParts(result.final.jobs).filter(({ uuid }) => uuid === job.uuid);
  return [steps.some(({ measured }) => requestsOf(measured) > 0) ? undefined : all];
}

/** Warns about a partial result. */
function warnPartialResult({ partial, end, endedEpochMs }: PartialRunResult): ResultWarning[] {
  if (!partial) return [];
  const at = new Date(endedEpochMs).toISOString();
  const message =
    end === 'in_progress'
      ? `this result is partial: the load was still running at ${at}, when it was saved`
      : `this result is partial: the run ended before all data were collected`;
  return [{ subject: 'run', message, hint: 'the process was killed, or the run is still in progress' }];
}

/** First message of an error class in a job, on one line. */
function messageOfClass(job: JobSnapshot, errorClass: ErrorClass, result: PartialRunResult): string | undefined {
  const sample = result.failures.find((failure) => failure.uuid === job.uuid && failure.errorClass === errorClass);
  return sample && sanitizeForTerminal(sample.message);
}

const ADVICE: Readonly<Record<ErrorClass, string>> = {
  timeout: 'nothing answered in time: look at the target, or give the job a longer `timeout`',
  refused: 'nothing listens there: is the target up, and are host and port of `connection_string` right?',
  reset: 'the target closes connections: is it up, is this its protocol, does it limit connections?',
  dns: 'the name does not resolve: is the host of `connection_string` right?',
  tls: 'the TLS handshake failed: does the port use TLS? To trust a certificate of your own, name its CA: `tls.ca` of `http`, or the connection string of a database',
  protocol: 'the responses violate the protocol: is this the right port?',
  status_4xx: 'the target refuses the requests: check path, credentials and body',
  status_5xx: 'the target fails: look at its own log',
  check: 'the responses differ from the expected ones: check `expect` and `expect_status`',
  client_resource: 'this machine ran out of resources: check open files (`ulimit -n`) and local ports',
  driver: 'the client library failed: see the message above',
  workload: "nothing was sent: change the template, or the feeder's row that it takes the value from",
};

function warnAllFailed(job: JobSnapshot, result: PartialRunResult): ResultWarning | undefined {
  const { measured } = job;
  const failed = countsIterations(job) ? 'every iteration failed' : 'every request failed';
  const errors = errorsOf(measured);
  if (errors === 0 || errors < requestsOf(measured)) return undefined;
  const most = ERROR_CLASSES.reduce((a, b) => (measured.errors[b] > measured.errors[a] ? b : a));
  const message = messageOfClass(job, most, result);
  return {
    subject: stepTitle(job),
    message: `${failed} (${most}${message === undefined ? '' : `: ${message}`})`,
    hint: ADVICE[most],
  };
}

function warnAllMissed(job: JobSnapshot): ResultWarning | undefined {
  const { miss } = job.measured;
  if (miss === 0 || miss < requestsOf(job.measured)) return undefined;
  return {
    subject: stepTitle(job),
    message: `every ${job.type} found nothing`,
    hint: 'check that the documents were written, and check `collection` and `filter`',
  };
}

/** Warns about requests that could not be built, independent of the target. */
function warnUnbuiltRequests(job: JobSnapshot, result: PartialRunResult): ResultWarning | undefined {
  const { workload } = job.measured.errors;
  if (workload === 0) return undefined;
  const message = messageOfClass(job, 'workload', result);
  return {
    subject: stepTitle(job),
    message: `${formatCountOf(workload, 'request')} could not be built${message === undefined ? '' : `: ${message}`}`,
    hint: ADVICE.workload,
  };
}

/** Percentiles to check, the most common first; the others for stalls and small samples. */
const CHECKED_PERCENTS = [99, 99.9, 95, 90, 50];
/** Minimum number of requests beyond a percentile; fewer may be a hiccup of this machine. */
const BEYOND = 10;

/** Warns about queueing before sending: response time at least 1.5 times the service time and 10 ms above it. */
function warnQueueing(job: JobSnapshot, result: PartialRunResult): ResultWarning | undefined {
  const { service, response } = job.measured;
  if (response === undefined) return undefined;
  for (const percent of CHECKED_PERCENTS) {
    const serviceMs = supportedPercentileMs(service, percent);
    const responseMs = supportedPercentileMs(response, percent);
    if (serviceMs === undefined || responseMs === undefined) continue;
    // Rounded, because 100 - 99.9 is slightly less than 0.1 in floating point.
    if (Math.round((response.latency.total * (100 - percent)) / 100) < BEYOND) continue;
    if (responseMs < serviceMs * 1.5 || responseMs - serviceMs < 10) continue;
    const connections = result.connections[job.uuid];
    const waited = countsIterations(job)
      ? 'iterations waited before they began'
      : 'requests waited before they were sent';
    const few =
      connections === undefined ? 'more connections' : `more than ${formatCountOf(connections, 'connection')}`;
    return {
      subject: stepTitle(job),
      message: `p${percent} of the response time is ${formatMs(responseMs)}, of the service time ${formatMs(serviceMs)}: ${waited}`,
      hint: `either the target stalled, or this rate needs ${few}; users would have felt the response time`,
    };
  }
  return undefined;
}

function warnSkipped(job: JobSnapshot, result: PartialRunResult): ResultWarning | undefined {
  const { skipped: tickets, started } = job.measured;
  if (tickets === 0) return undefined;
  const due = result.planned[jobKey(job)] ?? started + tickets;
  return {
    subject: stepTitle(job),
    message: `${formatCount(tickets)} of ${formatCountOf(due, nounOf(job))} that were due (${formatShare(tickets, due)}) were never started`,
    hint:
      job.status === 'canceled'
        ? 'they still waited for a connection when the job was stopped'
        : 'every connection was busy: the target was too slow for the rate, or there are too few connections',
  };
}

function warnAborted(job: JobSnapshot): ResultWarning | undefined {
  const { aborted } = job.measured;
  if (aborted === 0) return undefined;
  const end = countsIterations(job) ? 'had not ended when the job ended' : 'had no answer when the job ended';
  return {
    subject: stepTitle(job),
    message: `${formatCountOf(aborted, nounOf(job))} ${end}`,
    hint: 'they were aborted and are in no rate and no percentile: the slowest responses may be missing there',
  };
}

/** Warns about a trend in a job that should be stationary: constant rate, or unpaced. */
function warnDrift(job: JobSnapshot, result: PartialRunResult): ResultWarning | undefined {
  const drift = result.courses[jobKey(job)]?.drift;
  const isMeantToChange = job.measured.response !== undefined && result.paces[jobKey(job)] === undefined;
  if (drift === undefined || isMeantToChange) return undefined;
  const share = formatShare(Math.abs(drift.change), 1);
  return {
    subject: stepTitle(job),
    message: `the latency was not stationary: its median ${drift.change > 0 ? 'rose' : 'fell'} by ${share} from the beginning to the end`,
    hint: 'percentiles of the whole job mix different levels: set a longer `warm_up`, or look for caches and queues that fill up',
  };
}

/** Warnings about the generator that do not invalidate the measurement. */
function warnGenerator({ validity }: PartialRunResult): ResultWarning[] {
  return validity.findings
    .filter(({ severity }) => severity === 'note')
    .map((finding) => ({
      subject: findingSubject(finding.agent, finding.job?.name) || 'generator',
      message: `${finding.message}; ${describeFindingTimes(finding.firstSeenSeconds, finding.lastedSeconds, finding.worstSeconds)}`,
      hint: finding.hint,
    }));
}

function warnUndelivered(result: PartialRunResult): ResultWarning[] {
  return result.deliveries
    .filter(({ undeliveredSamples }) => undeliveredSamples > 0)
    .map(({ target, undeliveredSamples, lastError }) => ({
      subject: 'metrics',
      message: `${formatCountOf(undeliveredSamples, 'sample')} did not arrive at ${target}${lastError === undefined ? '' : `: ${sanitizeForTerminal(lastError)}`}`,
      hint: 'charts of this run have a gap; this result is complete',
    }));
}

/** Warns about writes that the target rejected because the key exists. */
function warnDuplicateKeys(job: JobSnapshot, result: PartialRunResult): ResultWarning | undefined {
  const duplicates = describeDuplicates(job, result);
  return duplicates && { subject: stepTitle(job), ...duplicates };
}
