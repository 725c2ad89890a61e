/** Names of the conditions that affect the validity of a measurement. */
export const SIGNALS = [
  'late',
  'behind',
  'blocked',
  'frozen',
  'throttled',
  'starved',
  'stolen',
  'saturated',
  'resources',
  // In fleets only.
  'lost',
  'silent',
  'clock',
  'uneven',
] as const;
export type Signal = (typeof SIGNALS)[number];

/** `invalid`: the numbers are not valid; `note`: the numbers are valid, but the condition may affect them. */
export const SEVERITIES = ['note', 'invalid'] as const;
type Severity = (typeof SEVERITIES)[number];

/** A detection in the latest windows. */
export interface Detection {
  readonly signal: Signal;
  readonly severity: Severity;
  /** The affected agent of a fleet; absent: the process itself. */
  readonly agent?: string;
  /** The affected job; `undefined`: all running jobs. */
  readonly job: { readonly name: string; readonly uuid: string } | undefined;
  /** Magnitude: `seconds`, a `share` from 0 to 1, or `requests`. */
  readonly value: number;
  readonly unit: 'seconds' | 'share' | 'requests';
  /** Affected seconds; absent: the length of the window. */
  readonly seconds?: number;
  /** Whether it covers the whole job, so that its weight does not depend on the length of the run. */
  readonly isOfWhole?: boolean;
  readonly message: string;
  /** Recommended action. */
  readonly hint: string;
}

/** A condition that was detected for some time, with its worst value. */
export interface ValidityFinding extends Detection {
  /** Seconds from the start of the run to the first detection. */
  readonly firstSeenSeconds: number;
  /** Total duration in seconds. */
  readonly lastedSeconds: number;
  /** Seconds from the start of the run to the worst value. */
  readonly worstSeconds: number;
  /** Time spans of detection, ascending: seconds from the start of the run; adjacent spans are merged. */
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/** Maximum of any second of the run; absent if unknown on this system. */
export interface Peaks {
  /** Share of a second in which a load thread's event loop was not idle. */
  readonly eventLoopUtilization?: number;
  /** Share of a second in which a load thread was blocked for longer than its own work takes. */
  readonly blocked?: number;
  /** Share of a second in which a load thread was ready to run and had no CPU. */
  readonly cpuWait?: number;
  /** Share of the machine's CPU time that its host gave to other machines. */
  readonly steal?: number;
  /** Share of a second in which the CPU quota was exhausted. */
  readonly throttled?: number;
  /** Open files of the process, as a share of its limit. */
  readonly openFiles?: number;
}

/** Whether the numbers of a run are valid. */
export interface Validity {
  readonly valid: boolean;
  /** In order of detection. */
  readonly findings: readonly ValidityFinding[];
  readonly peaks: Peaks;
}

/** Validity of a run without monitoring. */
export const noopValidity: Validity = { valid: true, findings: [], peaks: {} };

/** Findings that make the numbers invalid. */
export function invalidFindings({ findings }: Pick<Validity, 'findings'>): readonly ValidityFinding[] {
  return findings.filter(({ severity }) => severity === 'invalid');
}

/** Names the agent and the job of a finding; empty: the whole process. */
export function findingSubject(agent: string | null | undefined, job: string | null | undefined): string {
  return [agent ? `agent ${agent}` : '', job ?? ''].filter((one) => one !== '').join(', ');
}

/** Formats a finding as one line, without its hint. */
export function describeFinding({ severity, agent, job, message }: Detection): string {
  const subject = findingSubject(agent, job?.name);
  return `${severity === 'invalid' ? 'this run is invalid' : 'note'}: ${subject && `${subject}: `}${message}`;
}

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
  const {
    signal,
    severity,
    agent,
    job,
    firstSeenSeconds,
    lastedSeconds,
    worstSeconds,
    spans,
    value,
    unit,
    message,
    hint,
  } = finding;
  return {
    signal,
    severity,
    /** Agent of a fleet; null: the process itself. */
    agent: agent ?? null,
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
