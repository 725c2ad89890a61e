import type { Clock, Timer } from './core/clock.ts';
import { LoadbotError, messageOf } from './core/errors.ts';
import type { Log } from './core/log.ts';
import { redactUrl } from './core/redact.ts';
import type { Target } from './core/target.ts';
import { startTarget } from './drivers/embedded/start.ts';
import { PLAIN_TARGET } from './drivers/embedded/target-options.ts';
import type { Failure, LoadUnit } from './engine/load-unit.ts';
import { readOpenFiles, requireOpenFiles } from './engine/open-files.ts';
import { Schedule, type ScheduleEnd } from './engine/schedule.ts';
import { ThreadUnit } from './engine/thread-unit.ts';
import type { Delivery, Exporter } from './exporters/exporter.ts';
import { createExporters } from './exporters/registry.ts';
import { createSurface, type SurfaceOptions } from './metrics/surface.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from './plan/plan.ts';
import { RunRecord } from './recorder/run-record.ts';
import type { FailureSample } from './recorder/snapshot.ts';
import type { Report, RunResult } from './reports/report.ts';

const UPDATE_EVERY_MS = 1000;
/** How long the last metrics may take to be delivered once the load has ended. */
const DELIVERY_DEADLINE_MS = 10_000;
/** A delivery that takes longer than this is worth a word. */
const PATIENCE_MS = 1000;

/** What a run is made of beside its plan. */
interface RunSurroundings extends SurfaceOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly reports: readonly Report[];
}

/** Puts everything together for one execution of a plan, takes it through its life, and takes it apart again. */
export class Run {
  readonly #plan: Plan;
  readonly #surroundings: RunSurroundings;
  readonly #failures: FailureSample[] = [];
  /** What has been opened, in that order; closed the other way round. */
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly #kill = new AbortController();
  #stopping = false;
  #killedBy: unknown;
  #schedule: Schedule | undefined;

  constructor(plan: Plan, surroundings: RunSurroundings) {
    this.#plan = plan;
    this.#surroundings = surroundings;
  }

  /**
   * Runs the plan to its end, or until it is stopped. Results are always reported, however it ended.
   * @throws {LoadbotError} when it could not start; what was opened has been closed again
   */
  async execute(): Promise<RunResult> {
    try {
      return await this.#execute();
    } finally {
      if (!this.#kill.signal.aborted) await this.#close();
    }
  }

  /** Starts nothing more; what is under way may finish, within bounds. */
  stop(): void {
    this.#stopping = true;
    this.#schedule?.stop();
  }

  /**
   * Ends at once: reports what there is and waits for nothing.
   * @param error what went wrong, unless it was a person who had enough
   */
  kill(error?: unknown): void {
    this.#killedBy = error;
    this.stop();
    this.#kill.abort();
  }

  async #execute(): Promise<RunResult> {
    const { clock, log, reports } = this.#surroundings;
    requireOpenFiles(this.#plan, readOpenFiles());
    const startedEpochMs = clock.epochMs();
    const target = await this.#openTarget();
    const plan = { ...this.#plan, target };
    const record = recordOf(plan, clock);
    const exporters = await this.#openExporters(record);
    const schedule = this.#openSchedule(plan, record);
    log.info(`run ${plan.runId} of ${plan.workload} against ${redactUrl(target.url)}`);
    for (const { where } of exporters) log.info(`metrics: ${where}`);

    for (const report of reports) report.begin?.(record.snapshot());
    const updates = this.#update(record);
    const ended = await this.#unlessKilled(schedule.run(), () => this.#cutShort());
    updates.cancel();
    const endedEpochMs = clock.epochMs();
    const final = record.snapshot();
    for (const report of reports) report.update?.(final);
    const deliveries = await this.#unlessKilled(this.#deliver(exporters), () => []);

    const result = this.#resultOf(plan, ended, deliveries, { startedEpochMs, endedEpochMs, final });
    await this.#report(result);
    if (ended.end === 'failed') throw failureOf(ended.error);
    return result;
  }

  #resultOf(
    plan: Plan,
    ended: ScheduleEnd,
    deliveries: readonly Delivery[],
    seen: Pick<RunResult, 'startedEpochMs' | 'endedEpochMs' | 'final'>,
  ): RunResult {
    const { version, commit } = this.#surroundings.build;
    return {
      ...seen,
      end: ended.end,
      reason: ended.error === undefined ? undefined : messageOf(ended.error),
      planned: ended.planned,
      connections: Object.fromEntries(
        plan.jobs.filter(sendsRequests).map(({ uuid, connections }) => [uuid, connections]),
      ),
      paces: Object.fromEntries(plan.jobs.filter(sendsRequests).flatMap(constantPace)),
      failures: this.#failures,
      deliveries,
      target: redactUrl(plan.target.url),
      threads: plan.threads,
      seed: plan.seed,
      versions: {
        'loadbot-agent': version,
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
        ...(commit === '' ? {} : { commit }),
      },
    };
  }

  /** The target as the plan has it, or the embedded one, started for this run. */
  async #openTarget(): Promise<Target> {
    const { target } = this.#plan;
    if (target.driver !== 'embedded') return target;
    const embedded = await startTarget({ ...PLAIN_TARGET, seed: this.#plan.seed });
    this.#closers.push(() => embedded.close());
    return { driver: 'http', url: embedded.url };
  }

  async #openExporters(record: RunRecord): Promise<readonly Exporter[]> {
    const { clock, log } = this.#surroundings;
    const surface = createSurface(this.#surroundings);
    const exporters = createExporters(this.#plan.metrics, {
      collect: () => surface.collect(record.snapshot()),
      clock,
      warn: (message) => log.warn(message),
    });
    for (const exporter of exporters) {
      await exporter.start();
      this.#closers.push(() => exporter.stop(0));
    }
    return exporters;
  }

  #openSchedule(plan: Plan, record: RunRecord): Schedule {
    const units = Array.from({ length: plan.threads }, (_, thread): LoadUnit => {
      const entry = new URL('./load-thread.js', import.meta.url);
      const unit = new ThreadUnit({ plan, thread, entry, onFailure: (failure) => this.#failed(failure) });
      this.#closers.push(() => unit.close());
      return unit;
    });
    this.#schedule = new Schedule({ plan, units, record, clock: this.#surroundings.clock });
    if (this.#stopping) this.#schedule.stop();
    return this.#schedule;
  }

  /** Keeps the first message of each class of failure in each job. */
  #failed({ job, errorClass, message }: Failure): void {
    const name = this.#plan.jobs[job]?.name ?? '';
    if (this.#failures.some((seen) => seen.job === name && seen.errorClass === errorClass)) return;
    this.#failures.push({ job: name, errorClass, message });
    this.#surroundings.log.debug(`${name}: first ${errorClass}: ${message}`);
  }

  #update(record: RunRecord): Timer {
    const { clock, reports } = this.#surroundings;
    let timer: Timer;
    const tick = (): void => {
      const snapshot = record.snapshot();
      for (const report of reports) report.update?.(snapshot);
      timer = clock.after(UPDATE_EVERY_MS, tick);
    };
    timer = clock.after(UPDATE_EVERY_MS, tick);
    return { cancel: () => timer.cancel() };
  }

  async #deliver(exporters: readonly Exporter[]): Promise<Delivery[]> {
    const { clock, log } = this.#surroundings;
    const patience = clock.after(PATIENCE_MS, () => {
      log.info('waiting for the last metrics to be delivered (interrupt to leave at once)');
    });
    const deliveries = await Promise.all(exporters.map((exporter) => exporter.stop(DELIVERY_DEADLINE_MS)));
    patience.cancel();
    return deliveries;
  }

  /** One report that fails takes none of the others with it. */
  async #report(result: RunResult): Promise<void> {
    const failures: unknown[] = [];
    for (const report of this.#surroundings.reports) {
      try {
        await report.end(result);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** What the promise gives, or `instead` as soon as the run is killed. */
  #unlessKilled<T>(promise: Promise<T>, instead: () => T): Promise<T> {
    const { signal } = this.#kill;
    if (signal.aborted) return Promise.resolve(instead());
    const killed = new Promise<T>((resolve) => {
      signal.addEventListener('abort', () => resolve(instead()), { once: true });
    });
    return Promise.race([promise, killed]);
  }

  /** How a schedule ended that was not waited for. */
  #cutShort(): ScheduleEnd {
    const end = this.#killedBy === undefined ? 'stopped' : 'failed';
    return { end, error: this.#killedBy, planned: {} };
  }

  async #close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }
}

/** The job's pace by its uuid, if it is paced and the pace never changes. */
function constantPace({ uuid, pacing }: RequestJobPlan): (readonly [string, number])[] {
  const rates = pacing.kind === 'paced' ? pacing.segments.flatMap(({ fromRate, toRate }) => [fromRate, toRate]) : [];
  const [rate] = rates;
  return rate !== undefined && rates.every((one) => one === rate) ? [[uuid, rate]] : [];
}

function recordOf(plan: Plan, clock: Clock): RunRecord {
  const jobs = plan.jobs.filter(sendsRequests).map((job) => {
    const { name, uuid, type, durationMs, operations, warmUpMs } = job;
    const paced = job.pacing.kind === 'paced';
    return [job.index, { name, uuid, type, paced, durationMs, operations, warmUpMs }] as const;
  });
  const { agent, runId, workload } = plan;
  return new RunRecord({ agent, runId, workload, jobs: new Map(jobs), bucketBounds: plan.metrics.bucketBounds }, clock);
}

function failureOf(error: unknown): LoadbotError {
  return error instanceof LoadbotError ? error : new LoadbotError('internal', messageOf(error), { cause: error });
}
