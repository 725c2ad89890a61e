/**
 * Partition of a job for one load thread, by the thread's rank among all load threads of the run: worker `w` of all
 * `connections` runs on the thread of rank `w % of`. Ticket `n` belongs to worker `n % connections`, and so to the
 * thread of that worker. Numbers are assigned, not divided, so rates and counts are exact for any number of threads, and
 * a thread with more workers gets proportionally more tickets.
 */
export class ThreadPartition {
  readonly rank: number;
  readonly of: number;
  readonly connections: number;
  /** Number of the job's workers on this thread. */
  readonly workers: number;

  constructor(rank: number, of: number, connections: number) {
    this.rank = rank;
    this.of = of;
    this.connections = connections;
    this.workers = this.#workersBelow(connections);
  }

  owns(sequence: number): boolean {
    return (sequence % this.connections) % this.of === this.rank;
  }

  /** First ticket of this thread after `sequence` (-1: its first ticket). Requires a thread with workers. */
  next(sequence: number): number {
    const first = sequence + 1;
    if (this.of === 1) return first;
    const worker = first % this.connections;
    const ahead = worker <= this.rank ? this.rank : this.rank + Math.ceil((worker - this.rank) / this.of) * this.of;
    // The workers after `ahead` belong to other threads: the next round starts with the first worker.
    return first - worker + (ahead < this.connections ? ahead : this.connections + this.rank);
  }

  /** Number of tickets from 0 to `total - 1` that belong to this thread. */
  countOf(total: number): number {
    if (!Number.isFinite(total)) return this.workers > 0 ? total : 0;
    const rest = total % this.connections;
    return ((total - rest) / this.connections) * this.workers + this.#workersBelow(rest);
  }

  /** Number of this thread's workers among the first `count` of the job. */
  #workersBelow(count: number): number {
    return Math.max(0, Math.ceil((count - this.rank) / this.of));
  }
}
