import type { ValidityFinding, Peaks, Validity } from './finding.ts';

/** Validity of a run in the format of the result file. */
export function validityDocument(validity: Validity) {
  return { ...runningValidityDocument(validity), peaks: peaksDocument(validity.peaks) };
}

/** Validity of a run in progress. */
export function runningValidityDocument({ valid, findings }: Validity) {
  return { valid, findings: findings.map(findingDocument) };
}

/** `worst` in `unit`: seconds, a share from 0 to 1, or requests; `job` is null for all running jobs. */
function findingDocument(finding: ValidityFinding) {
  const { signal, severity, job, firstSeenSeconds, lastedSeconds, worstSeconds, spans, value, unit, message, hint } =
    finding;
  return {
    signal,
    severity,
    job: job?.name ?? null,
    job_uuid: job?.uuid ?? null,
    first_seen_seconds: rounded(firstSeenSeconds),
    lasted_seconds: rounded(lastedSeconds),
    worst_at_seconds: rounded(worstSeconds),
    /** Time of detection: pairs of seconds from the start of the run. */
    spans_seconds: spans.map((span) => span.map(rounded)),
    worst: value,
    unit,
    message,
    hint,
  };
}

/** Maximum of any second under load, shares from 0 to 1; null if unknown on this system. */
function peaksDocument(peaks: Peaks) {
  return {
    event_loop_utilization: peaks.eventLoopUtilization ?? null,
    blocked: peaks.blocked ?? null,
    cpu_wait: peaks.cpuWait ?? null,
    cpu_steal: peaks.steal ?? null,
    cpu_throttled: peaks.throttled ?? null,
    open_files: peaks.openFiles ?? null,
  };
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}
