import { jobKey, type JobSnapshot, type Snapshot } from '../../recorder/snapshot.ts';
import type { RunResult } from '../../reports/report.ts';
import type { ThresholdStatus } from '../../thresholds/threshold-monitor.ts';
import type { ValidityFinding } from '../../validity/finding.ts';

type Wait = RunResult['waits'][number];

/** Kinds of events of a run. */
export type EventKind = 'run' | 'job' | 'phase' | 'finding' | 'threshold' | 'gate' | 'push' | 'control';

/** Something that happened in a run, in the event stream. */
export interface RunEvent {
  /** Ascending by one within a run. */
  readonly number: number;
  /** Seconds since the start of the run. */
  readonly at_seconds: number;
  readonly kind: EventKind;
  readonly text: string;
  /** Name of its job; `null`: the whole run. */
  readonly job: string | null;
}

/** Most events that are kept; the oldest are dropped first. */
const MAX_EVENTS = 1000;

/** State of the run that its events are derived from. */
export interface JournalState {
  readonly now: Snapshot;
  readonly thresholds: readonly ThresholdStatus[];
  readonly waits: readonly Wait[];
  readonly findings: readonly ValidityFinding[];
}

/** The events of one run, derived from changes between its snapshots, and notes of others. */
export class RunJournal {
  readonly #events: RunEvent[] = [];
  readonly #statuses = new Map<string, JobSnapshot['status']>();
  readonly #breaches = new Set<string>();
  readonly #waits = new Map<string, Wait['outcome']>();
  readonly #elapsedSeconds: () => number;
  #count = 0;

  /** @param elapsedSeconds seconds since the start of the run */
  constructor(elapsedSeconds: () => number) {
    this.#elapsedSeconds = elapsedSeconds;
  }

  /** Number of the last event; 0: none. */
  get last(): number {
    return this.#count;
  }

  /** Events after a number, oldest first. */
  after(number: number): readonly RunEvent[] {
    return number >= this.#count ? [] : this.#events.filter((event) => event.number > number);
  }

  note(kind: EventKind, text: string, job: string | null = null): void {
    const at = Math.max(0, Math.round(this.#elapsedSeconds() * 1000) / 1000);
    this.#events.push({ number: ++this.#count, at_seconds: at, kind, text, job });
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
  }

  /** Notes the changes since the last call. */
  update({ now, thresholds, waits, findings }: JournalState): void {
    for (const wait of waits) this.#noteWait(wait);
    for (const job of now.jobs) this.#noteJob(job);
    for (const threshold of thresholds) this.#noteThreshold(threshold);
    for (const finding of findings) this.#noteFinding(finding);
  }

  #noteJob(job: JobSnapshot): void {
    const key = jobKey(job);
    const before = this.#statuses.get(key) ?? 'pending';
    if (job.status === before) return;
    this.#statuses.set(key, job.status);
    const part = job.step === '' ? job.type : job.step;
    this.note('job', `${part}: ${JOB_CHANGES[job.status]}`, job.name);
  }

  #noteFinding({ severity, message, job }: ValidityFinding): void {
    this.note('finding', severity === 'invalid' ? `invalid: ${message}` : message, job?.name ?? null);
  }

  #noteThreshold({ verdict, decided }: ThresholdStatus): void {
    const { job, text, ok } = verdict;
    const key = `${job}\n${text}`;
    if (ok === !this.#breaches.has(key) || (!ok && !decided)) return;
    if (ok) this.#breaches.delete(key);
    else this.#breaches.add(key);
    this.note('threshold', `${text} ${ok ? 'holds again' : 'does not hold'}`, job === '' ? null : job);
  }

  #noteWait({ job, job_uuid: uuid, condition, outcome }: Wait): void {
    if (this.#waits.get(uuid) === outcome) return;
    this.#waits.set(uuid, outcome);
    this.note('gate', `${WAIT_CHANGES[outcome]} ${condition}`, job);
  }
}

const JOB_CHANGES: Readonly<Record<JobSnapshot['status'], string>> = {
  pending: 'pending',
  warm_up: 'warm-up started',
  in_progress: 'started',
  completed: 'completed',
  failed: 'failed',
  canceled: 'canceled',
};

const WAIT_CHANGES: Readonly<Record<Wait['outcome'], string>> = {
  waiting: 'waits for',
  held: 'condition holds:',
  timed_out: 'timed out waiting for',
  stopped: 'stopped while waiting for',
};
