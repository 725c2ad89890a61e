/**
 * One thread's partition of a job, by rank: worker `w` of all `connections` runs on thread `w % threads`. Ticket `n`
 * belongs to worker `n % connections`, and so to the thread of that worker. Numbers are assigned, not divided, so rates
 * and counts are exact for any number of threads, and a thread with more workers gets proportionally more tickets.
 */
export class ThreadPartition {
  readonly thread: number;
  readonly threads: number;
  readonly connections: number;

  constructor(thread: number, threads: number, connections: number) {
    this.thread = thread;
    this.threads = threads;
    this.connections = connections;
  }

  /** Number of the job's workers on this thread. */
  get workers(): number {
    return Math.max(0, Math.ceil((this.connections - this.thread) / this.threads));
  }

  owns(sequence: number): boolean {
    return (sequence % this.connections) % this.threads === this.thread;
  }

  /** First ticket of this thread after `sequence` (-1: its first ticket). Requires a thread with workers. */
  next(sequence: number): number {
    let candidate = sequence + 1;
    while (!this.owns(candidate)) candidate++;
    return candidate;
  }

  /** Number of tickets from 0 to `total - 1` that belong to this thread. */
  countOf(total: number): number {
    if (!Number.isFinite(total)) return this.workers > 0 ? total : 0;
    const rounds = Math.floor(total / this.connections);
    const rest = total % this.connections;
    return rounds * this.workers + Math.max(0, Math.ceil((rest - this.thread) / this.threads));
  }
}
