import type { Finding, Peaks, Validity } from './finding.ts';

/** Whether the numbers can be trusted, as the result file tells it. */
export function validityDocument(validity: Validity) {
  return { ...standingDocument(validity), peaks: peaksDocument(validity.peaks) };
}

/** The same as far as is known while a run goes on. */
export function standingDocument({ valid, findings }: Validity) {
  return { valid, findings: findings.map(findingDocument) };
}

/** `worst` in `unit`: seconds, a share from 0 to 1, or requests; `job` null: all that ran. */
function findingDocument(finding: Finding) {
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
    /** When it was seen: pairs of seconds from the start of the run. */
    spans_seconds: spans.map((span) => span.map(rounded)),
    worst: value,
    unit,
    message,
    hint,
  };
}

/** The most in any second under load, shares from 0 to 1; null where this system does not tell. */
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
