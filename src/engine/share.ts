/**
 * One thread's part of a job. Everything is dealt by number, like cards: worker `w` of all `connections` sits on
 * thread `w % threads`, and ticket `n` is worker `n % connections`'s, so it belongs to that worker's thread. Nothing is
 * divided, so nothing is lost: rates and counts stay exact whatever they are divided among, and a thread with
 * more workers gets as many more tickets.
 */
export class Share {
  readonly thread: number;
  readonly threads: number;
  readonly connections: number;

  constructor(thread: number, threads: number, connections: number) {
    this.thread = thread;
    this.threads = threads;
    this.connections = connections;
  }

  /** How many of the job's workers sit on this thread. */
  get workers(): number {
    return Math.max(0, Math.ceil((this.connections - this.thread) / this.threads));
  }

  owns(sequence: number): boolean {
    return (sequence % this.connections) % this.threads === this.thread;
  }

  /** This thread's first ticket after `sequence` (-1 for its first of all). Only for a thread that has workers. */
  next(sequence: number): number {
    let candidate = sequence + 1;
    while (!this.owns(candidate)) candidate++;
    return candidate;
  }

  /** How many of the tickets 0 to `total - 1` are this thread's. */
  countOf(total: number): number {
    if (!Number.isFinite(total)) return this.workers > 0 ? total : 0;
    const rounds = Math.floor(total / this.connections);
    const rest = total % this.connections;
    return rounds * this.workers + Math.max(0, Math.ceil((rest - this.thread) / this.threads));
  }
}
