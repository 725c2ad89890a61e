import { type Clock, settlesWithTimeout } from '../shared/clock.ts';
import { LoadClock } from '../shared/load-clock.ts';
import { deepFreeze } from '../shared/deep-freeze.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import { redactSecrets, secretsOfTarget } from '../shared/secrets.ts';
import { traceIdsOf } from '../shared/trace-id.ts';
import { formatMs } from '../shared/units.ts';
import { createRequestData } from '../data/create-request-data.ts';
import { findRowLimits } from '../data/row-limits.ts';
import type { DriverFactory } from '../drivers/driver.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { recordedEnd } from '../plan/recorded.ts';
import type { UserFunctions } from '../functions/function-module.ts';
import type { ErrorClass } from '../shared/outcome.ts';
import { CLOSE_WITHIN_MS, openSessions } from './open-sessions.ts';
import { createWindows } from './create-windows.ts';
import { prepareScenario, type PreparedScenario } from './scenario/prepare-scenario.ts';
import { VirtualUsers } from './scenario/virtual-users.ts';
import { JobRun } from './job-run.ts';
import { closeAll, idleQueueOf, pauseOf, type PreparedJob } from './prepared-job.ts';
import type { JobRunEnd } from './job-run-end.ts';
import type { LoadChange, UnitFailure, LoadUnit, JobPreparation, UnitMemory } from './load-unit.ts';
import type { Place } from './place.ts';
import { isCoarse } from './precise-clock.ts';
import { withReconnects } from './reconnecting-session.ts';
import { limitSessions } from './row-limited-session.ts';
import { createChecks, createJobMix, createOperations } from './operations.ts';
import { withFunctions } from './user-functions.ts';
import { ThreadPartition } from './thread-partition.ts';
import type { RequestOperations } from './worker.ts';
import { WriteWatermarks } from './write-watermarks.ts';

/** Maximum length of a failure message, in characters. */
const MAX_MESSAGE_LENGTH = 1000;

interface LocalUnitOptions {
  readonly plan: Plan;
  readonly place: Place;
  readonly driver: DriverFactory;
  readonly clock: Clock;
  /** Clock with a resolution of a millisecond, for jobs of that precision; absent: `clock`. */
  readonly coarseClock?: Clock | undefined;
  /** Functions of the workload; absent: none. */
  readonly functions?: UserFunctions | undefined;
  /** [0]: bit mask of the active phases of the system under test; written by the main thread. */
  readonly phases: Int32Array;
  readonly onFailure: (failure: UnitFailure) => void;
}

interface RunningJob {
  readonly startMs: number;
  readonly run: JobRun;
  readonly users: VirtualUsers | undefined;
  readonly share: ThreadPartition;
}

/** The only operation of a scenario's tickets. */
const ITERATION: RequestOperations = { operation: 0, first: undefined };

/** A load unit in the calling thread. */
export class LocalUnit implements LoadUnit {
  readonly startAheadMs = 0;
  readonly #options: LocalUnitOptions;
  readonly #loadClock: LoadClock;
  readonly #prepared = new Map<number, PreparedJob>();
  /** By index of the job. */
  readonly #running = new Map<number, RunningJob>();
  /** Drain time of a stop that replaces that of the jobs. */
  #stopDrainMs: number | undefined;
  readonly #stopping = new AbortController();

  constructor(options: LocalUnitOptions) {
    this.#options = options;
    this.#loadClock = new LoadClock(options.clock);
  }

  async prepare(index: number, documents: JobPreparation, memory: UnitMemory): Promise<void> {
    const { plan, place, clock } = this.#options;
    const job = plan.jobs[index];
    if (job === undefined || !sendsRequests(job)) throw new LoadbotError('internal', `job ${index} sends no requests`);
    const share = new ThreadPartition(place.rank, place.of, job.connections);
    const mix = createJobMix(job, plan.seed);
    const types = job.mix.map(({ type }) => type);
    const writes = memory.watermarks && new WriteWatermarks(memory.watermarks, share, types);
    const completedBelow = writes && (() => writes.completedBelow());
    const data = { mix, seed: plan.seed, ...documents, completedBelow, clock };
    const scenario = job.scenario && (await prepareScenario(job, { ...data, functions: this.#options.functions }));
    const { operations: planned, steps } =
      scenario === undefined
        ? await createOperations(job, (operation) => createRequestData({ job, operation, ...data }))
        : { operations: scenario.operations, steps: [ITERATION] };
    const { operations, checkResponse } = withFunctions(
      job,
      planned,
      this.#options.functions,
      plan.seed,
      scenario?.userOf,
    );
    const checks = createChecks(job, operations, plan.seed, checkResponse);
    const driver = this.#options.driver({
      target: plan.target,
      operations,
      collection: job.collection,
      database: job.database,
      objectIds: job.objectIds,
      timeoutMs: job.timeoutMs,
      http: job.http,
      driverOptions: deepFreeze(job.driverOptions),
      folder: job.folder,
      traceIds: job.trace ? traceIdsOf(plan.runId, job.uuid) : undefined,
      metrics: job.metrics,
      sessions: share.workers,
      clock,
    });
    const rows = findRowLimits({ job, mix, ...documents, scenario: scenario?.rows });
    const opened = await openSessions(driver, share, this.#stopping.signal, clock);
    const renewed = withReconnects(opened, job.reconnect, operations, clock);
    const sessions = limitSessions(renewed, rows, steps);
    const rowsEnd = Math.min(rows?.stopAt ?? Infinity, recordedEnd(job.recorded));
    const prepared = { job, memories: memory.parts, mix, steps, writes, share, driver, sessions, rowsEnd, checks };
    const users = scenario && this.#createUsers(prepared, scenario);
    this.#prepared.set(index, { ...prepared, users });
    await users?.prepare();
  }

  async run(index: number, startMs: number): Promise<JobRunEnd> {
    const prepared = this.#prepared.get(index);
    if (prepared === undefined) throw new LoadbotError('internal', `job ${index} was not prepared`);
    const { job, memories, mix, steps, writes, share, sessions, rowsEnd, checks, users } = prepared;
    const { plan, phases, coarseClock = this.#options.clock } = this.#options;
    const clock = isCoarse(job) ? coarseClock : this.#options.clock;
    const { windows, stepRecorders } = createWindows({ plan, job, memories, mix, share, startMs });
    // Responses to other jobs must not wait.
    const isIdle = (): boolean => this.#running.size === 1 && run.isIdle;
    const run = new JobRun({
      ...job,
      ...users?.options(stepRecorders),
      clock,
      loadClock: this.#loadClock,
      share,
      mix,
      steps,
      writes,
      sessions,
      rowsEnd,
      checks,
      createIdle: idleQueueOf(job, share, this.#loadClock, startMs),
      pauseOf: pauseOf(job, plan.seed),
      stretches: windows,
      phases,
      holdUntil: clock.holdUntil && ((timeMs) => this.#hold(timeMs)),
      onIdle: clock.sleepWhile && (() => clock.sleepWhile?.(isIdle)),
      onFailure: (errorClass, failure, operation) => this.#report(job, errorClass, failure, operation),
    });
    this.#running.set(index, { startMs, run, users, share });
    const ended = run.run();
    if (this.#stopping.signal.aborted) run.stop(this.#stopDrainMs);
    const end = await ended;
    if (users !== undefined) await this.#loadClock.untilResumed();
    await users?.leave(this.#stopDrainMs ?? job.drainMs);
    this.#running.delete(index);
    this.#prepared.delete(index);
    await settlesWithTimeout(this.#options.clock, CLOSE_WITHIN_MS, closeAll(prepared));
    return end;
  }

  /** Blocks the thread until the start of a job, unless others have begun: their responses must not wait. */
  #hold(startMs: number): void {
    const hasOthers = [...this.#running.values()].some((other) => other.startMs < startMs);
    if (!hasOthers) this.#options.clock.holdUntil?.(startMs);
  }

  #createUsers({ job, share, sessions, checks }: Omit<PreparedJob, 'users'>, scenario: PreparedScenario): VirtualUsers {
    const { clock, phases } = this.#options;
    return new VirtualUsers({
      sessions,
      share,
      scenario,
      clock,
      loadClock: this.#loadClock,
      phases,
      checks,
      timeoutMs: job.timeoutMs,
      stopping: this.#stopping.signal,
      onFailure: (errorClass, failure, operation) => this.#report(job, errorClass, failure, operation),
    });
  }

  #report(job: RequestJobPlan, errorClass: ErrorClass, failure: unknown, operation: number): void {
    const { plan, onFailure } = this.#options;
    const secrets = [...secretsOfTarget(plan.target), ...plan.secrets];
    // A request that timed out has no error object.
    const message = failure === undefined ? `no answer within ${formatMs(job.timeoutMs)}` : messageOf(failure);
    const step = job.scenario && [...job.mix, ...job.userOperations][operation]?.step;
    // A database may repeat parts of a request in its error, at any length.
    const shown = redactSecrets(step ? `${step}: ${message}` : message, secrets).slice(0, MAX_MESSAGE_LENGTH);
    onFailure({ job: job.index, errorClass, message: shown });
  }

  steer(change: LoadChange): void {
    const { clock } = this.#options;
    switch (change.kind) {
      case 'pause':
        this.#loadClock.pause(change.atMs);
        for (const { run } of this.#running.values()) run.pause(change.atMs);
        return;
      case 'resume':
        clock.after(change.atMs - clock.nowMs(), () => this.#resume(change.atMs));
        return;
      case 'pace':
        this.#running.get(change.job)?.run.scale(change.atMs, change.factor);
        return;
      case 'connections': {
        const running = this.#running.get(change.job);
        running?.run.limitWorkers(running.share.countOf(change.connections));
      }
    }
  }

  #resume(atMs: number): void {
    if (!this.#loadClock.isPaused) return; // stopped meanwhile
    this.#loadClock.resume(atMs);
    for (const { run } of this.#running.values()) run.resume(atMs);
  }

  stop(drainMs?: number): void {
    this.#stopping.abort();
    this.#stopDrainMs = drainMs ?? this.#stopDrainMs;
    for (const { run, users } of this.#running.values()) {
      run.stop(drainMs);
      if (drainMs !== 0) continue;
      run.abort();
      users?.cut();
    }
    // Iterations of paused users go on, within the drain time.
    this.#loadClock.resume(this.#options.clock.nowMs());
  }

  async close(): Promise<void> {
    for (const { run } of this.#running.values()) run.abort();
    const closing = Promise.all([...this.#prepared.values()].map(closeAll));
    await settlesWithTimeout(this.#options.clock, CLOSE_WITHIN_MS, closing);
    this.#prepared.clear();
  }
}
