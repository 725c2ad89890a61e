/** What may be wrong with a measurement, a name each. */
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
] as const;
export type Signal = (typeof SIGNALS)[number];

/** `invalid`: the numbers are not to be trusted; `note`: worth knowing, but they may be. */
export const SEVERITIES = ['note', 'invalid'] as const;
type Severity = (typeof SEVERITIES)[number];

/** What one look at the last seconds has found. */
export interface Sighting {
  readonly signal: Signal;
  readonly severity: Severity;
  /** The job that it is about; `undefined`: all that run. */
  readonly job: { readonly name: string; readonly uuid: string } | undefined;
  /** How bad it is: `seconds`, a `share` from 0 to 1, or `requests`. */
  readonly value: number;
  readonly unit: 'seconds' | 'share' | 'requests';
  /** How many bad seconds it stands for; absent: the time that was looked at. */
  readonly seconds?: number;
  /** Whether it is about the whole job, so that no longer run makes it less. */
  readonly isOfWhole?: boolean;
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** Something that was seen for a while: what its worst moment was. */
export interface Finding extends Sighting {
  /** Seconds from the start of the run until it was said. */
  readonly firstSeenSeconds: number;
  /** For how long it was seen, in all. */
  readonly lastedSeconds: number;
  /** Seconds from the start of the run to its worst moment. */
  readonly worstSeconds: number;
  /** When it was seen, ascending: seconds from the start of the run; spans that touch are one. */
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/** The most that was seen in any second of the run; absent where this system does not tell. */
export interface Peaks {
  /** Share of a second in which a load thread's event loop was not idle. */
  readonly eventLoopUtilization?: number;
  /** Share of a second in which a load thread stood still, for longer than its own work would take. */
  readonly blocked?: number;
  /** Share of a second in which a load thread was ready to run and had no CPU. */
  readonly cpuWait?: number;
  /** Share of the machine's CPU time that its host gave to others. */
  readonly steal?: number;
  /** Share of a second in which the CPU quota was used up. */
  readonly throttled?: number;
  /** Open files of the process, as a share of those that it may open. */
  readonly openFiles?: number;
}

/** Whether the numbers of a run can be trusted. */
export interface Validity {
  readonly valid: boolean;
  /** In the order in which they were seen. */
  readonly findings: readonly Finding[];
  readonly peaks: Peaks;
}

/** Of a run that nobody has watched. */
export const UNWATCHED: Validity = { valid: true, findings: [], peaks: {} };

/** Those for which the numbers are not to be trusted. */
export function invalidOf({ findings }: Pick<Validity, 'findings'>): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'invalid');
}

/** A finding as one line; the hint follows it elsewhere. */
export function describeFinding({ severity, job, message }: Sighting): string {
  const subject = job === undefined ? '' : `${job.name}: `;
  return `${severity === 'invalid' ? 'this run is not to be trusted' : 'note'}: ${subject}${message}`;
}
