import { toMetricValue } from '../../checks/metric-value.ts';
import { UnreadableResponse } from '../../checks/response-view.ts';
import type { Session } from '../../drivers/driver.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { Timer } from '../../shared/clock.ts';
import { ABORTED, failure, type FailureDetail, MISS, OK, type Outcome } from '../../shared/outcome.ts';
import { RequestSlot } from '../request-slot.ts';
import {
  type CallInstruction,
  ProgramCursor,
  type RequestInstruction,
  type ThinkInstruction,
} from './program-cursor.ts';
import type { OnEnd, StepRecorders, StepRunnerOptions } from './step-runner-options.ts';
import type { Steps } from './steps.ts';
import type { UserState } from './user-state.ts';

const TIMED_OUT = failure('timeout');
const CHECK_FAILED = failure('check');
const NOT_BUILT = failure('workload');
/** A step without a request. */
const NO_OPERATION = -1;

/**
 * Executes a list of steps on one session, request by request: a small interpreter without promises or allocations of
 * its own. One list at a time.
 */
export class StepRunner extends RequestSlot {
  readonly #session: Session;
  readonly #options: StepRunnerOptions;
  readonly #state: UserState;
  /** Recorder of the iteration in flight, for metrics of the whole scenario; `undefined`: not recorded. */
  iterations: Recorder | undefined = undefined;
  readonly #cursor = new ProgramCursor();
  #steps: Steps | undefined;
  #onEnd: OnEnd = () => undefined;
  #recorders: StepRecorders;
  #intendedMs = 0;
  #hasSent = false;
  #requestPhases = 0;
  #inFlight = false;
  #advancing = false;
  #again = false;
  #pause: Timer | undefined;
  #pausedMs = 0;
  /** A request waits for the end of a pause of the load. */
  #isHeld = false;
  /** Time for which the load had been paused when the pause began. */
  #stoppedMs = 0;
  /** First failure of the list; `OK`: none. */
  #failed: Outcome = OK;
  /** Operation, error and detail of that failure. */
  failedOperation = 0;
  failedBy: unknown = undefined;
  failedDetail: FailureDetail | undefined = undefined;
  /** Total think time of the list in milliseconds, and the time for which the load was paused. */
  thinkMs = 0;

  constructor(session: Session, state: UserState, options: StepRunnerOptions) {
    super();
    this.#session = session;
    this.#state = state;
    this.#options = options;
  }

  /**
   * Starts a list of steps; `onEnd` is called once, possibly before this returns, with the first failure or `OK`.
   * @param ticket number of the iteration, or of the user for its own steps
   * @param intendedMs intended start of the first request
   */
  run(steps: Steps, ticket: number, intendedMs: number, recorders: StepRecorders, onEnd: OnEnd): void {
    this.#steps = steps;
    this.#intendedMs = intendedMs;
    this.#recorders = recorders;
    this.#onEnd = onEnd;
    this.#cursor.start(steps.program, ticket);
    this.#hasSent = false;
    this.#isHeld = false;
    this.#failed = OK;
    this.thinkMs = 0;
    this.#advance();
  }

  /** Ends the list in flight with `ABORTED`, before this returns. After the last request it ends as if it had not paused. */
  abort(): void {
    if (this.#inFlight) {
      this.#session.cancel(ABORTED);
    } else if (this.#pause !== undefined) {
      this.#pause.cancel();
      this.#endPause();
      this.#end(this.#cursor.isAtEnd && !this.#isHeld ? this.#failed : ABORTED);
    }
  }

  expire(): void {
    this.#session.cancel(TIMED_OUT);
  }

  record(metric: number, value: number): void {
    if (this.#recorders === undefined) return; // steps of the user itself
    this.#recorders[this.operation]?.record(metric, value);
    this.iterations?.record(metric, value);
  }

  done(outcome: Outcome): void {
    if (!this.#inFlight) return; // ignores a driver that finishes twice
    this.#inFlight = false;
    const nowMs = this.#options.clock.nowMs();
    this.#options.deadlines.clear(this);
    const serviceMs = nowMs - this.sentMs;
    const settled = this.#settle(outcome, serviceMs, nowMs);
    if (settled === ABORTED) this.#end(ABORTED);
    else if (settled === OK || settled === MISS) this.#advance();
    else this.#stepFailed(settled);
  }

  /** Records the request, evaluates its checks and keeps its captures. Returns its outcome. */
  #settle(outcome: Outcome, serviceMs: number, nowMs: number): Outcome {
    const recorder = this.#recorders?.[this.operation];
    this.recordTransfer(recorder);
    let settled = this.#options.checks.check(this, outcome, serviceMs, recorder);
    if (settled === OK || settled === MISS) settled = this.#capture(settled);
    if (recorder === undefined) return settled;
    const responseMs = nowMs - this.#intendedMs;
    recorder.finish(settled, serviceMs, responseMs, this.sequence, nowMs);
    if (this.#requestPhases !== 0) recorder.finishIn(this.#requestPhases, settled, serviceMs, responseMs);
    if (this.detail !== undefined) recorder.detail(this.detail);
    return settled;
  }

  #capture(outcome: Outcome): Outcome {
    const captures = this.#steps?.captures[this.operation] ?? [];
    const values = this.#steps?.forUser === true ? this.#state.userValues : this.#state.values;
    try {
      for (const { capture, slot, metric } of captures) {
        const value = capture.read(this.#options.checks.view, this.sequence);
        values[slot] = value;
        if (metric !== undefined) this.record(metric.index, toMetricValue(metric, value));
      }
      return outcome;
    } catch (error) {
      if (!(error instanceof UnreadableResponse)) throw error;
      this.failure = error;
      return CHECK_FAILED;
    }
  }

  #stepFailed(outcome: Outcome): void {
    if (this.#failed === OK) {
      this.#failed = outcome;
      this.failedOperation = this.operation;
      this.failedBy = this.failure;
      this.failedDetail = this.detail;
    }
    this.failure = undefined;
    if (this.#steps?.continueOnError === true) this.#advance();
    else this.#end(this.#failed);
  }

  /** Executes instructions up to the next request or pause. A request that is done at once continues here. */
  #advance(): void {
    if (this.#advancing) {
      this.#again = true;
      return;
    }
    this.#advancing = true;
    do {
      this.#again = false;
      this.#execute();
    } while (this.#again);
    this.#advancing = false;
  }

  #execute(): void {
    try {
      for (;;) {
        const instruction = this.#cursor.next(this.#state);
        if (instruction === undefined) return this.#end(this.#failed);
        if (instruction.kind === 'request') return this.#send(instruction);
        if (instruction.kind === 'function') this.#call(instruction);
        else if (this.#think(instruction)) return undefined;
      }
    } catch (error) {
      // A condition or a list that has no value, or a function that failed.
      this.operation = NO_OPERATION;
      this.failure = error;
      this.detail = undefined;
      return this.#stepFailed(NOT_BUILT);
    }
  }

  #call(instruction: CallInstruction): void {
    this.operation = NO_OPERATION;
    this.#cursor.call(instruction, this.#state, this);
  }

  /** Pauses; returns whether a pause has begun. */
  #think(instruction: ThinkInstruction): boolean {
    const ms = instruction.draw(this.#cursor.numberOf(instruction.numbering));
    if (ms <= 0) return false;
    this.#wait(ms, () => this.#advance());
    return true;
  }

  /** Waits for some time of the load, and longer if the load is paused. */
  #wait(ms: number, next: () => void): void {
    const { clock, loadClock } = this.#options;
    this.#pausedMs = clock.nowMs();
    this.#stoppedMs = loadClock.stoppedMs;
    this.#pause = loadClock.after(ms, () => {
      this.#endPause();
      next();
    });
  }

  #endPause(): void {
    const { clock, loadClock } = this.#options;
    this.#pause = undefined;
    this.thinkMs += clock.nowMs() - this.#pausedMs;
    // A first request that a pause of the load delays is due after it.
    if (!this.#hasSent) this.#intendedMs += loadClock.stoppedMs - this.#stoppedMs;
  }

  #send(instruction: RequestInstruction): void {
    const { clock, loadClock, deadlines, phases } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs >= loadClock.pausedFromMs) {
      this.#isHeld = true;
      return this.#wait(0, () => this.#send(instruction));
    }
    this.#isHeld = false;
    const { operation, numbering } = instruction;
    if (this.#hasSent) this.#intendedMs = nowMs;
    this.#hasSent = true;
    this.operation = operation;
    this.sequence = this.#cursor.numberOf(numbering);
    this.sentMs = nowMs;
    this.detail = undefined;
    this.#requestPhases = phases[0] ?? 0;
    this.#inFlight = true;
    this.#recorders?.[operation]?.start();
    deadlines.set(this, nowMs);
    this.#session.execute(this);
  }

  #end(outcome: Outcome): void {
    this.#onEnd(outcome);
  }
}
