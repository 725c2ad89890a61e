import pLimit from 'p-limit';
import type { Session } from '../../drivers/driver.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { Clock } from '../../shared/clock.ts';
import type { LoadClock } from '../../shared/load-clock.ts';
import { ERROR_CLASSES, type ErrorClass, FIRST_ERROR } from '../../shared/outcome.ts';
import { Deadlines } from '../deadlines.ts';
import { ResponseChecks } from '../response-checks.ts';
import type { ThreadPartition } from '../thread-partition.ts';
import type { LoadWorker, WorkerOwner } from '../worker.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import type { StepRunnerOptions } from './step-runner-options.ts';
import { VirtualUser } from './virtual-user.ts';

/** Users whose own steps run concurrently. */
const OWN_STEPS_AT_ONCE = 32;

interface VirtualUsersOptions {
  /** One for each user. */
  readonly sessions: readonly Session[];
  readonly share: ThreadPartition;
  readonly scenario: PreparedScenario;
  readonly clock: Clock;
  readonly loadClock: LoadClock;
  readonly phases: Int32Array;
  readonly checks: ResponseChecks | undefined;
  readonly timeoutMs: number;
  /** Ends `prepare` early. */
  readonly stopping: AbortSignal;
  readonly onFailure: (errorClass: ErrorClass, failure: unknown, operation: number) => void;
}

/** Option of a job's run that its virtual users provide. */
interface UserRunOptions {
  readonly createWorkers: (owner: WorkerOwner) => readonly LoadWorker[];
}

/** Virtual users of one job on one thread. */
export class VirtualUsers {
  readonly #options: VirtualUsersOptions;
  readonly #users: readonly VirtualUser[];
  readonly #deadlines: Deadlines;
  #stepRecorders: ReadonlyMap<Recorder, readonly Recorder[]> = new Map();
  /** Failures of `before` ahead of the load, which has the recorders. */
  #earlyFailures = 0;
  /** No more `after` starts. */
  #isOver = false;

  constructor(options: VirtualUsersOptions) {
    const { sessions, share, scenario, clock, loadClock, phases, checks = new ResponseChecks([]), timeoutMs } = options;
    this.#options = options;
    this.#deadlines = new Deadlines(clock, timeoutMs);
    const runner: StepRunnerOptions = { clock, loadClock, phases, checks, deadlines: this.#deadlines };
    const steps = { ...scenario, recordersOf: (iterations: Recorder) => this.#stepRecorders.get(iterations) };
    this.#users = sessions.map((session, worker) => {
      const number = share.rank + worker * share.of;
      return new VirtualUser(session, number, steps, runner, (action, outcome, failure, operation) => {
        if (action === 'before') this.#countFailedBefore();
        const errorClass = ERROR_CLASSES[outcome - FIRST_ERROR];
        if (errorClass !== undefined) options.onFailure(errorClass, failure, operation);
      });
    });
  }

  /** Runs `before` of all users, until the run is stopped. Never rejects. */
  async prepare(): Promise<void> {
    const { stopping } = this.#options;
    const abort = (): void => this.abort();
    stopping.addEventListener('abort', abort, { once: true });
    const limit = pLimit(OWN_STEPS_AT_ONCE);
    await Promise.all(this.#users.map((user) => limit(() => (stopping.aborted ? undefined : user.prepare()))));
    stopping.removeEventListener('abort', abort);
  }

  /** @param stepRecorders recorders of the steps by the recorder of their window's iterations */
  options(stepRecorders: ReadonlyMap<Recorder, readonly Recorder[]>): UserRunOptions {
    this.#stepRecorders = stepRecorders;
    for (; this.#earlyFailures > 0; this.#earlyFailures--) this.#countFailedBefore();
    return {
      createWorkers: (owner) => {
        for (const user of this.#users) user.attach(owner);
        return this.#users;
      },
    };
  }

  /** Counts in the measured window, which is the last one. */
  #countFailedBefore(): void {
    const measured = [...this.#stepRecorders.keys()].at(-1);
    if (measured === undefined) this.#earlyFailures++;
    else measured.failBefore();
  }

  /** Runs `after` of all users, for at most `withinMs`, and ends. Never rejects. */
  async leave(withinMs: number): Promise<void> {
    const limit = pLimit(OWN_STEPS_AT_ONCE);
    const timer = this.#options.clock.after(withinMs, () => this.cut());
    await Promise.all(this.#users.map((user) => limit(() => (this.#isOver ? undefined : user.leave()))));
    timer.cancel();
    this.#deadlines.close();
  }

  /** Aborts the steps in flight, and starts no `after`. */
  cut(): void {
    this.#isOver = true;
    this.abort();
  }

  /** Aborts the steps in flight. */
  abort(): void {
    for (const user of this.#users) user.abort();
  }
}
