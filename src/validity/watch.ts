import { scheduledParts } from '../shared/job-parts.ts';
import { jobKey, type JobSnapshot, type Snapshot } from '../recorder/snapshot.ts';
import type { ValidityFinding, Peaks, Detection, Validity } from './finding.ts';
import { ValidityFindings, raisePeaks } from './findings.ts';
import { detectIssues, WINDOWS } from './detect-issues.ts';
import { LATE_LIMITS_MS } from './event-loop-monitor.ts';
import { detectShortfall } from './signals/behind.ts';
import { detectLateJob } from './signals/late.ts';
import { isLoaded } from './signals/load.ts';
import type { ValidityMonitor } from './monitor.ts';
import { type GeneratorSample, type SampleWindow, windowOf } from './window.ts';

/** Samples the generator's state, without the snapshot of its record. */
export type Sampler = () => Omit<GeneratorSample, 'snapshot'>;

/** Monitors the generator during a run and determines whether its numbers are valid. */
export class ValidityWatch implements ValidityMonitor {
  readonly #look: Sampler;
  readonly #findings = new ValidityFindings();
  #startMs: number | undefined;
  #before: GeneratorSample | undefined;
  #recent: readonly SampleWindow[] = [];
  #peaks: Peaks = {};
  /** Seconds for which threads were later than each of `LATE_LIMITS_MS` during a job, by `jobKey`. */
  readonly #lateSeconds = new Map<string, readonly number[]>();
  /** Jobs that were falling behind when they last started a request, by `jobKey`. */
  readonly #behind = new Set<string>();

  constructor(look: Sampler) {
    this.#look = look;
  }

  /** The last second; `undefined` before the first one has passed. */
  get newest(): SampleWindow | undefined {
    return this.#recent.at(-1);
  }

  get currentValidity(): Validity {
    const findings = this.#findings.all;
    return { valid: findings.every(({ severity }) => severity !== 'invalid'), findings, peaks: this.#peaks };
  }

  update(snapshot: Snapshot): readonly ValidityFinding[] {
    const reading = { ...this.#look(), snapshot };
    const startMs = (this.#startMs ??= reading.atMs);
    const before = this.#before;
    this.#before = reading;
    if (before === undefined || reading.atMs <= before.atMs) return [];
    const window = windowOf(before, reading, startMs);
    this.#recent = [...this.#recent, window].slice(-WINDOWS);
    if (isLoaded(window)) this.#peaks = raisePeaks(this.#peaks, window);
    this.#findings.addLoad(Math.max(0, ...window.jobs.map(({ activeMs }) => activeMs)) / 1000);
    const sightings = detectIssues(this.#recent);
    this.#follow(window, sightings);
    return this.#add(sightings, window.endSeconds, window.seconds);
  }

  conclude({ jobs }: Snapshot): readonly ValidityFinding[] {
    const endSeconds = this.newest?.endSeconds ?? 0;
    const isOver = ({ endedEpochMs, measured }: JobSnapshot): boolean =>
      endedEpochMs !== undefined && measured.started + measured.skipped > 0;
    const sightings = scheduledParts(jobs)
      .filter(isOver)
      .flatMap((job) => [
        detectLateJob(job, this.#lateSeconds.get(jobKey(job)) ?? []),
        detectShortfall(job, this.#behind.has(jobKey(job))),
      ])
      .filter((sighting) => sighting !== undefined)
      .map((sighting) => Object.assign({ isOfWhole: true }, sighting));
    return this.#add(sightings, endSeconds, 0);
  }

  #follow({ jobs, threads, seconds }: SampleWindow, sightings: readonly Detection[]): void {
    const worst = LATE_LIMITS_MS.map((_, index) => Math.max(0, ...threads.map(({ late }) => late[index] ?? 0)));
    const behind = new Set(sightings.flatMap(({ signal, job }) => (signal === 'behind' && job ? job.uuid : [])));
    for (const { job, started } of jobs) {
      if (started === 0) continue;
      const before = this.#lateSeconds.get(jobKey(job)) ?? [];
      this.#lateSeconds.set(
        jobKey(job),
        worst.map((share, index) => (before[index] ?? 0) + share * seconds),
      );
      if (behind.has(job.uuid)) this.#behind.add(jobKey(job));
      else this.#behind.delete(jobKey(job));
    }
  }

  #add(sightings: readonly Detection[], atSeconds: number, forSeconds: number): readonly ValidityFinding[] {
    return sightings.flatMap((sighting) => this.#findings.add(sighting, atSeconds, forSeconds) ?? []);
  }
}
