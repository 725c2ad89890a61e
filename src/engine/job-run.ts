import type { Clock, Timer } from '../shared/clock.ts';
import { FIRST_ERROR, type Outcome } from '../shared/outcome.ts';
import { Deadlines } from './deadlines.ts';
import { FailedTickets } from './failed-tickets.ts';
import { IdleQueue, LimitedQueue } from './idle-queue.ts';
import type { JobRunEnd } from './job-run-end.ts';
import type { JobRunOptions } from './job-run-options.ts';
import { type LoadWorker, Worker, type WorkerOwner } from './worker.ts';
import type { MeasurementWindow } from './measurement-window.ts';
import { TicketBatches } from './ticket-batches.ts';
import { WakeUp } from './wake-up.ts';

/** Runs one thread's part of one job: assigns due tickets to idle workers. */
export class JobRun implements WorkerOwner {
  readonly #options: JobRunOptions;
  readonly #clock: Clock;
  readonly #workers: readonly LoadWorker[];
  #idle: IdleQueue<LoadWorker>;
  /** Deadlines of tickets; `undefined`: the workers have deadlines of their own. */
  readonly #deadlines: Deadlines | undefined;
  readonly #failed: FailedTickets;
  readonly #batches: TicketBatches;
  readonly #thinkTimers = new Set<Timer>();
  #resolve: (end: JobRunEnd) => void = () => undefined;
  #stretchIndex = 0;
  /** Closed windows, each with its end. */
  readonly #closedWindows: [MeasurementWindow, number][] = [];
  #inFlight = 0;
  /** First data sequence of this thread that was not used; `Infinity`: it has no workers. */
  #nextSequence: number;
  #lastSequence = -1;
  readonly #wake: WakeUp;
  #drain: Timer | undefined;
  #drainMs: number;
  /** Beginning of the pause, or of one that is about to begin; `Infinity`: none. */
  #pausedFromMs = Infinity;
  /** End of the job's duration. Requests in flight have the drain time from here on. `Infinity`: unbounded. */
  #durationEndMs = Infinity;
  #pumping = false;
  #isEnded = false;
  #endedMs = 0;

  constructor(options: JobRunOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#wake = new WakeUp(options.clock, (nowMs) => this.#pump(nowMs));
    this.#drainMs = options.drainMs;
    this.#failed = new FailedTickets(options.onFailure);
    this.#workers =
      options.createWorkers?.(this) ?? options.sessions.map((session) => new Worker(this, session, options.checks));
    this.#batches = new TicketBatches(options.precisionMs);
    this.#idle =
      options.createIdle?.(this.#workers, () => this.#pump(this.#clock.nowMs())) ?? new IdleQueue(this.#workers.length);
    for (const worker of this.#workers) this.#idle.push(worker);
    this.#deadlines = options.createWorkers === undefined ? new Deadlines(options.clock, options.timeoutMs) : undefined;
    this.#nextSequence = this.#workers.length === 0 ? Infinity : options.share.next(-1);
  }

  /** Resolves when every request is done or aborted. Never rejects. */
  run(): Promise<JobRunEnd> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#workers.length === 0) this.#end(0);
      else this.#wake.atStart(this.#stretch?.startMs ?? 0, this.#options.holdUntil);
    });
  }

  /**
   * Starts no more requests; requests in flight may finish within the drain time.
   * @param drainMs replaces the drain time of the job
   */
  stop(drainMs = this.#drainMs): void {
    this.#drainMs = drainMs;
    const nowMs = this.#clock.nowMs();
    // The time of a pause has no tickets.
    while (this.#stretch !== undefined) this.#closeStretch(this.#stretch, Math.min(nowMs, this.#pausedFromMs));
    this.#durationEndMs = Math.min(this.#durationEndMs, nowMs);
    this.#drain?.cancel();
    this.#drain = undefined;
    this.#drainRequests(nowMs);
  }

  /** Starts no requests from `atMs` on, until `resume`. Requests in flight end. */
  pause(atMs: number): void {
    this.#pausedFromMs = atMs;
    for (const stretch of this.#options.stretches) stretch.pause(atMs);
  }

  /**
   * Continues at `atMs`, which has come. Schedule and limits are later by the pause: a ticket that was due during it is
   * due after it, and one that was late is as late as it was.
   */
  resume(atMs: number): void {
    const pausedMs = Math.max(0, atMs - this.#pausedFromMs);
    for (const stretch of this.#options.stretches.slice(this.#stretchIndex))
      stretch.resume(this.#pausedFromMs, pausedMs);
    this.#pausedFromMs = Infinity;
    if (this.#stretch !== undefined) this.#pump(this.#clock.nowMs());
  }

  /** Multiplies the rate of the schedule from `atMs` on. @param factor of the rate of the plan */
  scale(atMs: number, factor: number): void {
    const fromMs = Math.min(atMs, this.#pausedFromMs);
    for (const stretch of this.#options.stretches.slice(this.#stretchIndex)) stretch.scale(fromMs, factor);
    if (this.#stretch !== undefined) this.#pump(this.#clock.nowMs());
  }

  /** Limits the workers that take tickets to the first ones; the others finish theirs. */
  limitWorkers(most: number): void {
    const idle = this.#idle instanceof LimitedQueue ? this.#idle : new LimitedQueue(this.#workers, this.#idle);
    idle.limit(most);
    this.#idle = idle;
    if (this.#stretch !== undefined) this.#pump(this.#clock.nowMs());
  }

  /** Aborts all requests in flight immediately. */
  abort(): void {
    this.stop();
    for (const worker of this.#workers) if (worker.busy) worker.abort();
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  onFinished(worker: LoadWorker, outcome: Outcome, nowMs: number): void {
    this.#deadlines?.clear(worker);
    this.#options.writes?.finish(worker, worker.operation);
    this.#inFlight--;
    let pauseMs = this.#options.pauseOf?.(worker.sequence) ?? 0;
    if (outcome >= FIRST_ERROR) pauseMs += this.#failed.add(worker, outcome, this.#stretch?.paced !== false);
    else worker.backoffMs = 0;
    if (pauseMs > 0 && this.#stretch !== undefined) this.#think(worker, pauseMs);
    else this.#idle.push(worker);
    if (this.#stretch === undefined) this.#drainRequests(nowMs);
    else this.#pump(nowMs);
    if (this.#inFlight === 0) this.#options.onIdle?.();
  }

  /** Whether no request is in flight. */
  get isIdle(): boolean {
    return this.#inFlight === 0;
  }

  get #stretch(): MeasurementWindow | undefined {
    return this.#options.stretches[this.#stretchIndex];
  }

  /** Starts due requests while workers are idle, then schedules the next call. */
  #pump(atMs: number): void {
    if (this.#pumping) return; // reentered by a request that is done synchronously
    this.#pumping = true;
    let nowMs = atMs;
    for (let stretch = this.#stretch; stretch !== undefined; stretch = this.#stretch) {
      if (nowMs >= stretch.haltMs || stretch.exhausted) {
        if (stretch.haltMs < stretch.endMs && !stretch.exhausted) break; // paused
        this.#closeStretch(stretch, Math.min(nowMs, stretch.endMs));
      } else if (this.#nextSequence >= this.#options.rowsEnd) {
        // Tickets without a row are not planned, and so not skipped.
        this.#closeStretch(stretch, -Infinity);
      } else if (this.#batches.startMs(stretch, nowMs) > nowMs) {
        this.#wake.at(Math.min(this.#batches.startMs(stretch, nowMs), stretch.endMs), nowMs);
        break;
      } else {
        this.#batches.open(stretch, nowMs);
        const worker = this.#idle.shift();
        if (worker !== undefined) {
          this.#start(worker, stretch, nowMs);
          // Reading the clock costs as much as all of the recording; it is not needed when no idle worker is left.
          if (this.#idle.length > 0) nowMs = this.#clock.nowMs();
        } else if (stretch.paced && this.#options.overload === 'skip') {
          if (stretch.skip()) this.#nextSequence = this.#options.share.next(this.#nextSequence);
        } else {
          this.#wake.at(stretch.endMs, nowMs);
          break;
        }
      }
    }
    this.#pumping = false;
    this.#batches.close();
    if (this.#stretch === undefined) this.#drainRequests(nowMs);
  }

  #start(worker: LoadWorker, stretch: MeasurementWindow, nowMs: number): void {
    const intendedMs = stretch.paced ? stretch.dueMs : nowMs;
    const sequence = this.#nextSequence;
    const operation = this.#options.mix.operationOf(sequence);
    const recorder = stretch.recorders[operation]!; // one for each
    if (stretch.paced) recorder.lag(nowMs - intendedMs);
    stretch.take(operation);
    this.#lastSequence = sequence;
    this.#nextSequence = this.#options.share.next(sequence);
    this.#inFlight++;
    this.#deadlines?.set(worker, nowMs);
    this.#options.writes?.start(worker, sequence, operation, this.#nextSequence);
    const steps = this.#options.steps[operation]!; // one for each
    worker.start(recorder, sequence, steps, intendedMs, nowMs, this.#options.phases[0]);
  }

  #closeStretch(stretch: MeasurementWindow, cutMs: number): void {
    this.#closedWindows.push([stretch, cutMs]);
    this.#endedMs = cutMs;
    this.#durationEndMs = stretch.endMs;
    this.#stretchIndex++;
  }

  #think(worker: LoadWorker, pauseMs: number): void {
    const timer = this.#options.loadClock.after(pauseMs, () => {
      this.#thinkTimers.delete(timer);
      this.#idle.push(worker);
      this.#pump(this.#clock.nowMs());
    });
    this.#thinkTimers.add(timer);
  }

  // Ends the job once no request is in flight; called when no more requests will start. The drain time applies to a job
  // that ended by its duration. A job that started all of its operations is bounded by their timeouts.
  #drainRequests(nowMs: number): void {
    if (this.#isEnded) return;
    if (this.#inFlight === 0) {
      this.#end(Math.max(nowMs, this.#endedMs));
    } else if (this.#durationEndMs !== Infinity) {
      this.#drain ??= this.#clock.after(this.#durationEndMs + this.#drainMs - nowMs, () => this.abort());
    }
  }

  #end(endedMs: number): void {
    this.#isEnded = true;
    for (const timer of [this.#wake, this.#drain, ...this.#thinkTimers]) timer?.cancel();
    this.#deadlines?.close();
    this.#idle.close();
    // Counting the skipped tickets of Poisson arrivals earlier would delay responses of requests in flight.
    for (const [stretch, cutMs] of this.#closedWindows) stretch.close(cutMs);
    this.#resolve({
      planned: this.#options.stretches.at(-1)?.planned ?? [],
      endedMs,
      usedBelow: this.#nextSequence,
      noneFrom: this.#lastSequence + 1,
    });
  }
}
