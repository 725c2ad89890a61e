import type { Session } from '../../drivers/driver.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { ABORTED, FIRST_ERROR, type FailureDetail, OK, type Outcome } from '../../shared/outcome.ts';
import type { Expiring } from '../deadlines.ts';
import type { LoadWorker, RequestOperations, WorkerOwner } from '../worker.ts';
import type { PendingWrite } from '../write-watermarks.ts';
import type { Scenario } from './scenario.ts';
import { StepRunner } from './step-runner.ts';
import type { StepRunnerOptions } from './step-runner-options.ts';
import { isRepeatable, keepsConnection } from './transaction-retry.ts';
import { createUserState, type UserState } from './user-state.ts';

/** Reports the failure of a user's own steps, which are not in the numbers of the job. */
export type OnUserFailure = (action: OwnSteps, outcome: Outcome, failure: unknown, operation: number) => void;

/** Lists of steps that belong to a user itself. */
type OwnSteps = 'before' | 'after';

/** A worker whose tickets are iterations of a scenario. */
export class VirtualUser implements LoadWorker {
  #owner: WorkerOwner | undefined;
  readonly #clock: Clock;
  readonly #session: Session;
  readonly #scenario: Scenario;
  readonly #runner: StepRunner;
  readonly #state: UserState;
  readonly #onUserFailure: OnUserFailure;
  /** `before` was successful. */
  #isReady = false;
  /** Recorder of the window in which the iteration was started. */
  #recorder: Recorder | undefined;
  #startedMs = 0;
  #intendedMs = 0;
  #phases = 0;
  #retriesLeft = 0;
  /** Backoff before a retry of the transaction. */
  #backoff: Timer | undefined;
  #thinkMs = 0;

  sequence = 0;
  operation = 0;
  failure: unknown = undefined;
  detail: FailureDetail | undefined = undefined;
  backoffMs = 0;

  // Expiring and PendingWrite: requests of an iteration have deadlines of their own.
  dueMs = 0;
  earlier: Expiring | undefined = undefined;
  later: Expiring | undefined = undefined;
  writeTicket = 0;
  earlierWrite: PendingWrite | undefined = undefined;
  laterWrite: PendingWrite | undefined = undefined;

  /** @param number of the user in the job */
  constructor(
    session: Session,
    number: number,
    scenario: Scenario,
    options: StepRunnerOptions,
    onUserFailure: OnUserFailure,
  ) {
    this.#clock = options.clock;
    this.#session = session;
    this.#scenario = scenario;
    this.#onUserFailure = onUserFailure;
    this.#state = createUserState(number, scenario.slots, scenario.callsFunctions);
    scenario.states.add(this.#state);
    this.#runner = new StepRunner(session, this.#state, options);
    this.#isReady = scenario.before === undefined;
  }

  /** Sets the receiver of finished iterations. */
  attach(owner: WorkerOwner): void {
    this.#owner = owner;
  }

  get busy(): boolean {
    return this.#recorder !== undefined;
  }

  /** Runs the user's `before` ahead of the load. Never rejects: its first iteration repeats a `before` that failed. */
  async prepare(): Promise<void> {
    if (!this.#isReady && !this.#scenario.isUserPerIteration) await this.#runOwnSteps('before');
  }

  /** Runs the user's `after`, if it has had an iteration. Never rejects. */
  async leave(): Promise<void> {
    const { isUserPerIteration } = this.#scenario;
    if (this.#isReady && !isUserPerIteration && this.#state.iterations > 0) await this.#runOwnSteps('after');
  }

  start(
    recorder: Recorder,
    sequence: number,
    _operations: RequestOperations,
    intendedMs: number,
    nowMs: number,
    phases = 0,
  ): void {
    const { states, transaction, isUserPerIteration, renewsConnections } = this.#scenario;
    this.#recorder = recorder;
    this.#runner.iterations = recorder;
    this.sequence = sequence;
    this.#intendedMs = intendedMs;
    this.#startedMs = nowMs;
    this.#phases = phases;
    this.#thinkMs = 0;
    this.#retriesLeft = transaction?.retries ?? 0;
    this.detail = undefined;
    this.#state.iterations++;
    this.#clearValues();
    states.assign(sequence, this.#state);
    recorder.start();
    if (isUserPerIteration) {
      this.#state.userValues.fill(undefined);
      this.#state.functions?.beginUser();
      this.#session.forget();
      this.#isReady = this.#scenario.before === undefined;
    }
    if (renewsConnections && this.#state.iterations > 1) this.#session.reconnect();
    if (this.#isReady) this.#runSteps();
    else this.#runBefore();
  }

  /** Clears the values of the iteration. */
  #clearValues(): void {
    this.#state.values.fill(undefined);
    this.#state.functions?.beginIteration();
  }

  abort(): void {
    if (this.#backoff === undefined) return this.#runner.abort();
    this.#backoff.cancel();
    this.#backoff = undefined;
    this.#finish(ABORTED);
  }

  expire(): void {}

  /** `before` within an iteration: that of a new user, or one that failed ahead of the load. */
  #runBefore(): void {
    const { before, isUserPerIteration } = this.#scenario;
    const number = isUserPerIteration ? this.sequence : this.#state.number;
    // A scenario without it is always ready.
    this.#runner.run(before!, number, this.#startedMs, undefined, (outcome) => {
      this.#thinkMs += this.#runner.thinkMs;
      this.#isReady = outcome === OK;
      if (this.#isReady) return this.#runSteps();
      this.#reportOwn('before', outcome);
      this.#keepFailure();
      this.#finish(outcome);
    });
  }

  #runSteps(): void {
    const { steps, recordersOf } = this.#scenario;
    const recorders = this.#recorder && recordersOf(this.#recorder);
    this.#runner.run(steps, this.sequence, this.#intendedMs, recorders, (outcome) => this.#stepsEnded(outcome));
  }

  #stepsEnded(outcome: Outcome): void {
    const { transaction, after, isUserPerIteration } = this.#scenario;
    this.#thinkMs += this.#runner.thinkMs;
    if (outcome >= ABORTED && transaction !== undefined) return this.#rollBack(outcome);
    if (outcome >= FIRST_ERROR) this.#keepFailure();
    if (outcome !== ABORTED && after !== undefined && isUserPerIteration) return this.#runAfter(outcome);
    this.#finish(outcome);
  }

  /** Ends the failed transaction; then repeats the iteration, or ends it. */
  #rollBack(outcome: Outcome): void {
    const { transaction, recordersOf } = this.#scenario;
    const recorder = this.#recorder;
    if (transaction === undefined || recorder === undefined) return;
    this.#keepFailure();
    const conclude = (ended: Outcome): void => {
      if (this.#retriesLeft <= 0 || ended === ABORTED || !isRepeatable(this.detail)) return this.#finish(outcome);
      this.#retriesLeft--;
      recorder.retry();
      this.failure = undefined;
      this.detail = undefined;
      this.#clearValues();
      const backoffMs = transaction.backoffMs(this.sequence, transaction.retries - this.#retriesLeft);
      this.#backoff = this.#clock.after(backoffMs, () => {
        this.#backoff = undefined;
        this.#runSteps();
      });
    };
    if (!keepsConnection(outcome)) {
      this.#session.reconnect();
      return conclude(outcome);
    }
    this.#runner.run(transaction.rollback, this.sequence, this.#startedMs, recordersOf(recorder), conclude);
  }

  /** `after` of a user that lives for one iteration. */
  #runAfter(outcome: Outcome): void {
    this.#keepFailure();
    this.#runner.run(this.#scenario.after!, this.sequence, this.#startedMs, undefined, (ended) => {
      if (ended !== OK) this.#reportOwn('after', ended);
      this.#thinkMs += this.#runner.thinkMs;
      this.#finish(outcome);
    });
  }

  /** Keeps the failure of the steps: the runner goes on with other steps. */
  #keepFailure(): void {
    this.failure = this.#runner.failedBy;
    this.detail = this.#runner.failedDetail;
    this.operation = this.#runner.failedOperation;
  }

  #finish(outcome: Outcome): void {
    const recorder = this.#recorder;
    if (recorder === undefined) return;
    this.#recorder = undefined;
    this.#scenario.states.release(this.sequence);
    const nowMs = this.#clock.nowMs();
    const durationMs = nowMs - this.#startedMs - this.#thinkMs;
    const responseMs = nowMs - this.#intendedMs - this.#thinkMs;
    recorder.finish(outcome, durationMs, responseMs, this.sequence, nowMs);
    if (this.#phases !== 0) recorder.finishIn(this.#phases, outcome, durationMs, responseMs);
    if (outcome >= FIRST_ERROR && this.detail !== undefined) recorder.detail(this.detail);
    this.#owner?.onFinished(this, outcome, nowMs);
  }

  /** Runs the user's own steps outside of the load. */
  #runOwnSteps(action: OwnSteps): Promise<void> {
    const steps = this.#scenario[action];
    if (steps === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#runner.run(steps, this.#state.number, this.#clock.nowMs(), undefined, (outcome) => {
        if (action === 'before') this.#isReady = outcome === OK;
        if (outcome !== OK) this.#reportOwn(action, outcome);
        resolve();
      });
    });
  }

  #reportOwn(action: OwnSteps, outcome: Outcome): void {
    const { failedBy, failedOperation } = this.#runner;
    if (outcome !== ABORTED) this.#onUserFailure(action, outcome, failedBy, failedOperation);
  }
}
