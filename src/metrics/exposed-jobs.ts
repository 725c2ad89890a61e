import type { JobSnapshot, Snapshot } from '../recorder/snapshot.ts';

/** What is still shown of some runs. */
export interface Exposure {
  /** The runs that are shown, without the jobs that are not. */
  readonly shown: readonly Snapshot[];
  /** The jobs that have ended and are shown no more, each reported once, in their runs. */
  readonly left: readonly Snapshot[];
}

const MAX_PENDING = 100;
const MAX_ENDED = 200;
const KEEP_AT_LEAST_MS = 60_000;

/** How long a run's jobs are shown after it has ended, so that every exporter has taken their last values. */
export function exposureMs(intervalMs: number): number {
  return Math.max(2 * intervalMs, KEEP_AT_LEAST_MS);
}

/** One job: a mixed one has a part for each type of request. */
interface Candidate {
  readonly run: Snapshot;
  readonly job: JobSnapshot;
}

/**
 * Decides which jobs of an agent's runs are exposed, so that neither weeks nor long lists of jobs make the series too
 * many: all that are in progress; of those to come the next 100; those that have ended for as long as their run goes on and
 * `keepMs` longer, but no more than 200: the ones that were never started leave first, then those that ended first.
 */
export class ExposedJobs {
  readonly #keepMs: number;
  /** Ended jobs that have left, for as long as their run is given. They never come back. */
  #gone: ReadonlySet<string> = new Set();
  #over: ReadonlySet<string> = new Set();
  #evicted = 0;

  /** @param keepMs how long a run's jobs are shown after its end */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** Jobs that had to leave before their time, because there were too many. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Whether a run has left for good, so that it needs to be given no more. */
  hasLeft(runId: string): boolean {
    return this.#over.has(runId);
  }

  /** @param runs the oldest first  @param nowMs by the monotonic clock */
  select(runs: readonly Snapshot[], nowMs: number): Exposure {
    const over = new Set(runs.filter((run) => hasExpired(run, nowMs, this.#keepMs)));
    const pending = new Set<string>();
    const ended = new Map<string, Candidate>();
    const gone = new Set<string>();
    for (const run of runs) {
      for (const job of run.jobs) {
        if (this.#gone.has(job.uuid) || (over.has(run) && job.endedEpochMs !== undefined)) gone.add(job.uuid);
        else if (job.endedEpochMs !== undefined) ended.set(job.uuid, { run, job });
        else if (!job.opened) pending.add(job.uuid);
      }
    }
    const tooMany = [...ended.values()].toSorted(byLeaving).slice(0, Math.max(0, ended.size - MAX_ENDED));
    this.#evicted += tooMany.length;
    for (const { job } of tooMany) gone.add(job.uuid);
    const left = new Set([...gone].filter((uuid) => !this.#gone.has(uuid)));
    const later = new Set([...pending].slice(MAX_PENDING));
    this.#gone = gone;
    this.#over = new Set([...over].map(({ runId }) => runId));
    return {
      shown: pick(
        runs.filter((run) => !over.has(run)),
        ({ uuid }) => !gone.has(uuid) && !later.has(uuid),
      ),
      left: pick(runs, ({ uuid }) => left.has(uuid)).filter(({ jobs }) => jobs.length > 0),
    };
  }
}

function hasExpired({ endedMs }: Snapshot, nowMs: number, keepMs: number): boolean {
  return endedMs !== undefined && nowMs - endedMs > keepMs;
}

function pick(runs: readonly Snapshot[], holds: (job: JobSnapshot) => boolean): readonly Snapshot[] {
  return runs.map((run) => (run.jobs.every(holds) ? run : { ...run, jobs: run.jobs.filter(holds) }));
}

/** Those that leave first come first. */
function byLeaving({ job: a }: Candidate, { job: b }: Candidate): number {
  return Number(a.opened) - Number(b.opened) || (a.endedEpochMs ?? 0) - (b.endedEpochMs ?? 0);
}
