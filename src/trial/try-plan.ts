import { createRunRecord, openTarget } from '../compose/watch-run.ts';
import { closeAll, type DisposableStack } from '../compose/parts.ts';
import { driverOf } from '../driver-catalog.ts';
import type { DriverOptions } from '../drivers/driver.ts';
import { requirePeer } from '../drivers/optional-peer.ts';
import type { UnitFailure } from '../engine/load-unit.ts';
import { LocalUnit } from '../engine/local-unit.ts';
import { importFunctionsOf } from '../functions/function-module.ts';
import { Schedule } from '../engine/schedule.ts';
import { type OperationPlan, type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { systemClock } from '../shared/clock.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import { ABORTED, ERROR_CLASSES, type ErrorClass, FIRST_ERROR, MISS } from '../shared/outcome.ts';
import { describeRequest } from './describe-request.ts';
import { type ExaminedResponse, ResponseExaminer } from './examine-response.ts';
import { observedDriver, type RequestObserver } from './observed-driver.ts';
import { observeFunctions, type TriedFunction } from './observe-functions.ts';

/** A request that a trial has sent, with its response. */
export interface TriedRequest extends ExaminedResponse {
  readonly job: string;
  /** Name of the step or operation; empty: none. */
  readonly step: string;
  /** Method and path, or the statement. */
  readonly request: string;
  /** Status code; 0: none. */
  readonly status: number;
  readonly serviceMs: number;
  /** Why the request failed; `undefined`: it succeeded, though checks may have failed. */
  readonly failure: { readonly errorClass: ErrorClass | 'aborted'; readonly message: string } | undefined;
  readonly isMiss: boolean;
}

/** Result of a trial. */
export interface TrialEnd {
  readonly hasFailed: boolean;
  /** Requests that were not sent, by job. */
  readonly unsent: readonly { readonly job: string; readonly step: string }[];
  /** Failures beside those of the requests: a template without a value, a feeder without a row. */
  readonly failures: readonly string[];
}

interface TrialOptions {
  readonly onRequest: (request: TriedRequest) => void;
  /** Called after a step has called a function that did not fail. */
  readonly onFunction: (called: TriedFunction) => void;
  /** Ends the trial early. */
  readonly signal: AbortSignal;
}

/**
 * Sends the requests of a trial's plan by the engine, in this thread.
 * @throws {LoadbotError} when a job cannot work
 */
export async function tryPlan(planned: Plan, { onRequest, onFunction, signal }: TrialOptions): Promise<TrialEnd> {
  requirePeer(driverOf(planned.target));
  const closers: DisposableStack = [];
  try {
    const plan = { ...planned, target: await openTarget(planned, closers) };
    const trial = new Trial(plan, onRequest);
    const clock = systemClock();
    const functions = await importFunctionsOf(plan);
    let running = 0;
    const unit = new LocalUnit({
      plan,
      place: { rank: 0, of: 1 },
      driver: observedDriver(await driverOf(plan.target).load(), (options) => trial.observe(running, options)),
      clock,
      functions: functions && observeFunctions(functions, onFunction),
      phases: new Int32Array(1),
      onFailure: (failure) => trial.fail(failure),
    });
    closers.push(() => unit.close());
    // One after the other: the observer of a driver belongs to the job that is prepared.
    const prepare: LocalUnit['prepare'] = (index, ...others) => unit.prepare((running = index), ...others);
    const { startAheadMs } = unit;
    const [run, stopUnit, close] = [unit.run.bind(unit), unit.stop.bind(unit), unit.close.bind(unit)];
    const steer = unit.steer.bind(unit);
    const units = [{ startAheadMs, prepare, run, steer, stop: stopUnit, close }];
    const schedule = new Schedule({ plan, units, record: createRunRecord(plan, [], clock), clock });
    const stop = (): void => schedule.stop();
    signal.addEventListener('abort', stop, { once: true });
    const { end, error } = await schedule.run();
    signal.removeEventListener('abort', stop);
    if (end === 'failed') throw error;
    return trial.end();
  } finally {
    await closeAll(closers);
  }
}

class Trial {
  readonly #plan: Plan;
  readonly #onRequest: (request: TriedRequest) => void;
  /** Operations that were sent, by job. */
  readonly #sent = new Map<number, Set<number>>();
  /** Jobs with a request that failed. */
  readonly #failedJobs = new Set<number>();
  readonly #failures: UnitFailure[] = [];

  constructor(plan: Plan, onRequest: (request: TriedRequest) => void) {
    this.#plan = plan;
    this.#onRequest = onRequest;
  }

  fail(failure: UnitFailure): void {
    this.#failures.push(failure);
  }

  observe(index: number, options: DriverOptions): RequestObserver {
    const job = this.#jobOf(index);
    const plans = operationsOf(job);
    const { seed } = this.#plan;
    const examiners = plans.map(
      (plan, at) => new ResponseExaminer(job, plan, at, seed, options.operations[at]?.materials.value),
    );
    const sent = new Set<number>();
    this.#sent.set(index, sent);
    let request = '';
    return {
      begins: ({ operation, sequence }) => {
        sent.add(operation);
        const compiled = options.operations[operation];
        request = compiled === undefined ? '' : describeRequest(options, compiled, sequence);
      },
      ends: (exchange, outcome, serviceMs) => {
        const { operation, status, failure } = exchange;
        // The read that precedes an update has neither checks nor captures.
        const examiner = examiners[operation] ?? new ResponseExaminer(job, plans[0]!, 0, seed);
        const isOk = outcome < ABORTED;
        const examined = examiner.examine(exchange, serviceMs, isOk);
        const errorClass: ErrorClass | 'aborted' | undefined =
          outcome === ABORTED ? 'aborted' : ERROR_CLASSES[outcome - FIRST_ERROR];
        const message = failure === undefined ? '' : messageOf(failure);
        const { name } = job;
        const step = plans[operation]?.step ?? '';
        const failed = errorClass === undefined ? undefined : { errorClass, message };
        const parts = { job: name, step, request, status, serviceMs, failure: failed, isMiss: outcome === MISS };
        const tried = { ...examined, ...parts };
        if (hasFailed(tried)) this.#failedJobs.add(index);
        this.#onRequest(tried);
      },
    };
  }

  end(): TrialEnd {
    const unseen = this.#failures.filter(({ job }) => !this.#failedJobs.has(job));
    const unsent = this.#plan.jobs.filter(sendsRequests).flatMap((job) =>
      operationsOf(job).flatMap(({ step, transaction }, operation) => {
        const isSent = this.#sent.get(job.index)?.has(operation) === true || transaction !== undefined;
        return isSent ? [] : [{ job: job.name, step }];
      }),
    );
    return {
      hasFailed: this.#failedJobs.size > 0 || unseen.length > 0,
      unsent,
      failures: unseen.map(({ job, message }) => `${this.#jobOf(job).name}: ${message}`),
    };
  }

  #jobOf(index: number): RequestJobPlan {
    const job = this.#plan.jobs[index];
    if (job === undefined || !sendsRequests(job)) throw new LoadbotError('internal', `job ${index} sends no requests`);
    return job;
  }
}

/** Operations of a job and its users, in the order of the driver's. */
function operationsOf({ mix, userOperations }: RequestJobPlan): readonly OperationPlan[] {
  return [...mix, ...userOperations];
}

/** Whether a request, a check or a capture failed. */
function hasFailed({ failure, checks, captures }: TriedRequest): boolean {
  const isFault = (one: object): boolean => 'fault' in one && one.fault !== undefined;
  return failure !== undefined || checks.some(isFault) || captures.some(isFault);
}
