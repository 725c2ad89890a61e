import type { JobSnapshot, Snapshot } from '../recorder/snapshot.ts';

/** Jobs to expose, and jobs that stopped being exposed. */
export interface ExposedSelection {
  /** Snapshots to expose, reduced to the exposed jobs. */
  readonly shown: readonly Snapshot[];
  /** Snapshots reduced to the ended jobs that are no longer exposed. Each job is reported once. */
  readonly expired: readonly Snapshot[];
}

const MAX_PENDING = 100;
const MAX_ENDED = 200;
const KEEP_AT_LEAST_MS = 60_000;

/** Retention of a run's series after its end, in milliseconds, so that every exporter collects the final values. */
export function retentionMs(intervalMs: number): number {
  return Math.max(2 * intervalMs, KEEP_AT_LEAST_MS);
}

/** One job; a mixed job has one snapshot per request type. */
interface Candidate {
  readonly run: Snapshot;
  readonly job: JobSnapshot;
}

/**
 * Selects the jobs that an agent exposes, which limits the number of series over weeks and long job lists. Exposed are:
 * all jobs in progress; the next 100 pending jobs; ended jobs until `retentionMs` after the end of their run, at most 200.
 * Jobs that never started are evicted first, then those that ended first.
 */
export class ExposedJobs {
  readonly #retentionMs: number;
  /** Uuids of ended jobs that are no longer exposed, kept while their run is passed to `select`. Final. */
  #expiredJobs: ReadonlySet<string> = new Set();
  #expiredRuns: ReadonlySet<string> = new Set();
  #evicted = 0;

  /** @param keepMs retention of a run's jobs after its end, in milliseconds */
  constructor(keepMs: number) {
    this.#retentionMs = keepMs;
  }

  /** Number of jobs evicted before their retention time because of the limit. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Whether a run has expired and need not be passed to `select` again. */
  hasRunExpired(runId: string): boolean {
    return this.#expiredRuns.has(runId);
  }

  /**
   * @param runs the oldest first
   * @param nowMs monotonic clock, in milliseconds
   */
  select(runs: readonly Snapshot[], nowMs: number): ExposedSelection {
    const over = new Set(runs.filter((run) => hasExpired(run, nowMs, this.#retentionMs)));
    const pending = new Set<string>();
    const ended = new Map<string, Candidate>();
    const gone = new Set<string>();
    for (const run of runs) {
      for (const job of run.jobs) {
        if (this.#expiredJobs.has(job.uuid) || (over.has(run) && job.endedEpochMs !== undefined)) gone.add(job.uuid);
        else if (job.endedEpochMs !== undefined) ended.set(job.uuid, { run, job });
        else if (!job.opened) pending.add(job.uuid);
      }
    }
    const tooMany = [...ended.values()].toSorted(byEviction).slice(0, Math.max(0, ended.size - MAX_ENDED));
    this.#evicted += tooMany.length;
    for (const { job } of tooMany) gone.add(job.uuid);
    const left = new Set([...gone].filter((uuid) => !this.#expiredJobs.has(uuid)));
    const later = new Set([...pending].slice(MAX_PENDING));
    this.#expiredJobs = gone;
    this.#expiredRuns = new Set([...over].map(({ runId }) => runId));
    return {
      shown: pick(
        runs.filter((run) => !over.has(run)),
        ({ uuid }) => !gone.has(uuid) && !later.has(uuid),
      ),
      expired: pick(runs, ({ uuid }) => left.has(uuid)).filter(({ jobs }) => jobs.length > 0),
    };
  }
}

function hasExpired({ endedMs }: Snapshot, nowMs: number, keepMs: number): boolean {
  return endedMs !== undefined && nowMs - endedMs > keepMs;
}

function pick(runs: readonly Snapshot[], holds: (job: JobSnapshot) => boolean): readonly Snapshot[] {
  return runs.map((run) => (run.jobs.every(holds) ? run : { ...run, jobs: run.jobs.filter(holds) }));
}

/** Sorts by order of eviction. */
function byEviction({ job: a }: Candidate, { job: b }: Candidate): number {
  return Number(a.opened) - Number(b.opened) || (a.endedEpochMs ?? 0) - (b.endedEpochMs ?? 0);
}
