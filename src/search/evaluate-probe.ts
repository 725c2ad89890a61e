import { scheduledParts } from '../shared/job-parts.ts';
import { poolJobs } from '../analysis/pool.ts';
import type { RequestJobPlan } from '../plan/plan.ts';
import type { RunResult } from '../reports/report.ts';
import { formatShare } from '../shared/units.ts';
import { invalidFindings, type ValidityFinding } from '../validity/finding.ts';

/** `invalid`: the machine could not measure the pace. */
type ProbeVerdict = 'holds' | 'fails' | 'invalid';

/** Result of a probe. */
export interface ProbeResult {
  /** Target pace in requests per second. */
  readonly pace: number;
  readonly requests: number;
  readonly errors: number;
  /** Requests that were due and never started. */
  readonly skipped: number;
  /** Percentiles of the response time in milliseconds; `undefined`: too few requests. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly verdict: ProbeVerdict;
  /** Reason of a verdict other than `holds`. */
  readonly reason: string | undefined;
}

/** Maximum share of failed requests of a workload without a threshold about errors. */
const ERROR_SHARE = 0.01;
/** Requests that a 99th percentile needs: one lies above it. */
const P99_SAMPLES = 100;

/** Evaluates a probe: its thresholds hold, its pace was reached, and its measurement is valid. */
export function evaluateProbe(pace: number, job: RequestJobPlan, result: RunResult): ProbeResult {
  const parts = scheduledParts(result.final.jobs.filter(({ uuid }) => uuid === job.uuid));
  const pooled = poolJobs(parts, result.final);
  const { requests, errors, skipped } = pooled;
  const latency = pooled.durations('response')?.latency;
  const msOf = (percent: number): number | undefined => {
    const seconds = latency?.percentile(percent);
    return seconds === undefined || Number.isNaN(seconds) ? undefined : seconds * 1000;
  };
  const measured = {
    pace,
    requests,
    errors,
    skipped,
    p50Ms: msOf(50),
    p99Ms: (latency?.total ?? 0) >= P99_SAMPLES ? msOf(99) : undefined,
  };
  const findings = invalidFindings(result.validity);
  const ours = findings.find((finding) => !isOfTarget(finding));
  if (ours !== undefined) return { ...measured, verdict: 'invalid', reason: ours.message };
  const reason = faultOf(result, { requests, errors }) ?? findings[0]?.message;
  return { ...measured, verdict: reason === undefined ? 'holds' : 'fails', reason };
}

/** Whether a finding shows the limit of the target: requests that were due found no free connection. */
function isOfTarget({ signal }: ValidityFinding): boolean {
  return signal === 'behind';
}

function faultOf(
  { thresholds, end, reason }: RunResult,
  { requests, errors }: Pick<ProbeResult, 'requests' | 'errors'>,
): string | undefined {
  const failed = thresholds.find(({ ok }) => !ok);
  if (failed !== undefined) return `${failed.text}: ${failed.reason ?? 'does not hold'}`;
  if (end !== 'completed') return reason ?? `the run ended early: ${end}`;
  if (requests === 0) return 'no responses';
  const limitsErrors = thresholds.some(({ metric }) => metric.startsWith('error'));
  return limitsErrors || errors <= requests * ERROR_SHARE
    ? undefined
    : `${formatShare(errors, requests)} of the requests failed`;
}
