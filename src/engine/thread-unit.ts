import { Worker } from 'node:worker_threads';
import { forwardThreadOutput } from '../shared/library-output.ts';
import { type Clock, type Timer, settlesWithTimeout } from '../shared/clock.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { LatencyFloor } from '../shared/floor.ts';
import { formatMs } from '../shared/units.ts';
import { sendsRequests } from '../plan/plan.ts';
import type { JobRunEnd } from './job-run-end.ts';
import { connectionsOfPlaces } from './place.ts';
import { trackThread } from '../shared/live-threads.ts';
import {
  FUNCTIONS_HANG_LIMIT_MS,
  HANG_LIMIT_MS,
  HangWatch,
  CLOSE_TIMEOUT_MS,
  closeLimits,
  prepareLimits,
  runLimits,
  stopLimitMs,
  type TimeLimits,
} from './time-limits.ts';
import type { LoadChange, UnitFailure, LoadUnit, JobPreparation, UnitMemory } from './load-unit.ts';
import { type ThreadReply, type ThreadCommand, type ThreadStart, unpackError } from './thread-messages.ts';

/** Time for the start command to reach the thread, in milliseconds. */
const START_AHEAD_MS = 10;

/**
 * Limit of V8's young generation in a thread, in MiB: of three parts, two are in use. V8's own limit is 48 MiB or more, and at
 * 1,000 requests a second the size still grew after 40 minutes.
 */
const YOUNG_GENERATION_MIB = 12;

/**
 * Connections of a thread up to which the limit costs nothing. With more, so many objects of requests are alive at each collection
 * that fewer collections are worth their memory: with 10,000, 2 % of the processor time.
 */
const FEW_CONNECTIONS = 1000;

interface ThreadUnitOptions extends ThreadStart {
  /** Number of the thread in this process, for names and messages. */
  readonly thread: number;
  /** Entry point of the load thread, a JavaScript file. */
  readonly entry: URL;
  readonly clock: Clock;
  /** Clock of the limits of replies, which stands still during a pause. */
  readonly loadClock: Clock;
  readonly onFailure: (failure: UnitFailure) => void;
  /** Called when the thread was terminated because it did not answer in time. */
  readonly onTerminated: (message: string) => void;
}

interface Waiting {
  readonly limits: TimeLimits;
  timer: Timer | undefined;
  resolve(end: JobRunEnd | undefined): void;
  reject(error: unknown): void;
}

/**
 * A load unit in a worker thread, so that work of the main thread cannot delay a request or its timestamp. A watchdog
 * terminates a thread that does not answer in time. Its recorded numbers are kept, and its requests in flight count as
 * aborted.
 */
export class ThreadUnit implements LoadUnit {
  readonly startAheadMs = START_AHEAD_MS;
  readonly #options: ThreadUnitOptions;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #hangWatch: HangWatch;
  #nextId = 0;
  #floor: LatencyFloor | undefined;
  #stopped = false;
  /** Drain time of a stop that replaces that of the jobs. */
  #drainMs: number | undefined;
  #dead: LoadbotError | undefined;

  constructor(options: ThreadUnitOptions) {
    const { plan, place, thread, phases, heapAccount, pulse, entry, onFailure } = options;
    const start: ThreadStart = { plan, place, phases, heapAccount, pulse };
    this.#options = options;
    const functions = plan.jobs.find(sendsRequests)?.functions;
    const hangLimitMs = functions === undefined ? HANG_LIMIT_MS : FUNCTIONS_HANG_LIMIT_MS;
    const cause = functions === undefined ? '' : `: a function of ${functions.name} may not end`;
    this.#hangWatch = new HangWatch(
      options.clock,
      () => this.#send({ order: 'ping' }),
      () =>
        this.#terminate(
          `load thread ${thread} did not respond for ${formatMs(hangLimitMs)} and was terminated${cause}`,
        ),
      hangLimitMs,
    );
    const isLimited = connectionsOfPlaces(plan, [place]) <= FEW_CONNECTIONS;
    this.#worker = new Worker(entry, {
      workerData: start,
      name: `load ${thread}`,
      resourceLimits: isLimited ? { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB } : {},
      stdout: true,
      stderr: true,
    });
    forwardThreadOutput(this.#worker, `load ${thread}`);
    trackThread(this.#worker);
    this.#worker.on('message', (answer: ThreadReply) => this.#answered(answer, onFailure));
    // A crashed thread loses no results: they are in shared memory.
    this.#worker.on('error', (error) => this.#onCrash(`load thread ${thread} failed: ${messageOf(error)}`, error));
    this.#worker.on('exit', (code) => this.#onCrash(`load thread ${thread} exited with code ${code}`, undefined));
  }

  /** Total idle and active time of the thread's event loop, in milliseconds. */
  get loop(): { readonly idle: number; readonly active: number } {
    return this.#worker.performance.eventLoopUtilization();
  }

  /** Minimum request durations of this thread; `undefined` until reported, or if unknown. */
  get floor(): LatencyFloor | undefined {
    return this.#floor;
  }

  async prepare(job: number, preparation: JobPreparation, memory: UnitMemory): Promise<void> {
    const limits = prepareLimits(this.#options.plan, job, this.#options.place);
    await this.#ask(limits, (id) => ({ order: 'prepare', id, job, preparation, memory }));
  }

  async run(job: number, startMs: number): Promise<JobRunEnd> {
    const limits = runLimits(this.#options.plan, job, startMs - this.#options.clock.nowMs());
    this.#hangWatch.start();
    const end = await this.#ask(limits, (id) => ({ order: 'run', id, job, startMs }));
    if (end === undefined) throw new LoadbotError('internal', `job ${job} ended without a result`);
    return end;
  }

  steer(change: LoadChange): void {
    this.#send({ order: 'steer', change });
  }

  stop(drainMs?: number): void {
    this.#stopped = true;
    this.#drainMs = drainMs ?? this.#drainMs;
    this.#send({ order: 'stop', drainMs });
    for (const waiting of this.#waiting.values()) this.#watch(waiting);
  }

  /** Terminates the thread immediately. */
  kill(): void {
    void this.#worker.terminate();
  }

  /** Releases all resources within two seconds; a hung thread is left until the process exits. */
  async close(): Promise<void> {
    const { clock } = this.#options;
    if (this.#dead === undefined) {
      await settlesWithTimeout(
        clock,
        CLOSE_TIMEOUT_MS,
        this.#ask(closeLimits, (id) => ({ order: 'close', id })),
      );
    }
    await settlesWithTimeout(clock, CLOSE_TIMEOUT_MS, this.#worker.terminate());
  }

  #ask(limits: TimeLimits, orderOf: (id: number) => ThreadCommand): Promise<JobRunEnd | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) {
        reject(this.#dead);
        return;
      }
      const id = this.#nextId++;
      const waiting: Waiting = { limits, timer: undefined, resolve, reject };
      this.#waiting.set(id, waiting);
      this.#send(orderOf(id));
      this.#watch(waiting);
    });
  }

  /** Starts the watchdog for a reply: with the limit of a stopped run, or of a running one. */
  #watch(waiting: Waiting): void {
    const { loadClock, thread, onTerminated } = this.#options;
    const { doing, isLoaded, answerMs } = waiting.limits;
    const stopMs = isLoaded && this.#drainMs !== undefined ? stopLimitMs(this.#drainMs) : waiting.limits.stopMs;
    const limitMs = this.#stopped ? Math.min(stopMs, answerMs) : answerMs;
    waiting.timer?.cancel();
    if (limitMs === Infinity) return;
    waiting.timer = loadClock.after(limitMs, () => {
      const message = `load thread ${thread} did not ${doing} within ${formatMs(limitMs)} and was terminated`;
      if (this.#stopped && isLoaded) onTerminated(message);
      this.#terminate(message);
    });
  }

  #terminate(message: string): void {
    this.#onCrash(message, undefined);
    // Not awaited: a thread that is blocked in native code does not end.
    this.kill();
  }

  #send(order: ThreadCommand): void {
    this.#worker.postMessage(order);
  }

  #answered(answer: ThreadReply, onFailure: (failure: UnitFailure) => void): void {
    if (answer.answer === 'failure') {
      onFailure(answer.failure);
      return;
    }
    if (answer.answer === 'floor') {
      this.#floor = answer.floor;
      return;
    }
    if (answer.answer === 'pong') {
      this.#hangWatch.recordAnswer();
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#hangWatch.stop();
    waiting?.timer?.cancel();
    if (answer.answer === 'done') waiting?.resolve(answer.end);
    else waiting?.reject(unpackError(answer.error));
  }

  #onCrash(message: string, cause: unknown): void {
    this.#hangWatch.stop();
    this.#dead ??= new LoadbotError('internal', message, { cause });
    for (const waiting of this.#waiting.values()) {
      waiting.timer?.cancel();
      waiting.reject(this.#dead);
    }
    this.#waiting.clear();
  }
}
