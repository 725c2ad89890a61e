import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { type Clock, settlesWithTimeout } from '../shared/clock.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import { redactSecrets, secretsOfTarget } from '../shared/secrets.ts';
import { traceIdsOf } from '../shared/trace-id.ts';
import { formatMs } from '../shared/units.ts';
import { createRequestData } from '../data/create-request-data.ts';
import type { Mix } from '../data/mix.ts';
import { findRowLimits } from '../data/row-limits.ts';
import { drawUnit, streamKey } from '../shared/random.ts';
import { usesHttp } from '../driver-catalog.ts';
import type { Driver, DriverFactory, Session } from '../drivers/driver.ts';
import { type Plan, type RequestJobPlan, isOfPart, partsOf, sendsRequests } from '../plan/plan.ts';
import type { JobMemory } from '../recorder/run-record.ts';
import { tallyLayout } from '../recorder/tally.ts';
import { Recorder } from '../recorder/recorder.ts';
import { JobRun, type JobRunEnd } from './job-run.ts';
import type { UnitFailure, LoadUnit, JobPreparation } from './load-unit.ts';
import { createJobMix, createOperations } from './operations.ts';
import { MeasurementWindow } from './measurement-window.ts';
import { limitSessions } from './row-limited-session.ts';
import { ThreadPartition } from './thread-partition.ts';
import { Tickets, type UniformOf } from './tickets.ts';
import type { RequestOperations } from './worker.ts';
import { WriteWatermarks } from './write-watermarks.ts';

/** Connections opened concurrently; more would overflow the target's accept queue. */
const OPENING_AT_ONCE = 32;
/** Timeout for closing sessions and client libraries, in milliseconds; the rest is released when the thread ends. */
const CLOSE_WITHIN_MS = 500;
/** Maximum length of a failure message, in characters. */
const MAX_MESSAGE_LENGTH = 1000;

interface LocalUnitOptions {
  readonly plan: Plan;
  /** Index of the thread in the plan. */
  readonly thread: number;
  readonly driver: DriverFactory;
  readonly clock: Clock;
  /** [0]: bit mask of the active phases of the system under test; written by the main thread. */
  readonly phases: Int32Array;
  readonly onFailure: (failure: UnitFailure) => void;
}

interface PreparedJob {
  readonly job: RequestJobPlan;
  readonly memories: readonly JobMemory[];
  readonly mix: Mix;
  readonly steps: readonly RequestOperations[];
  readonly writes: WriteWatermarks | undefined;
  readonly share: ThreadPartition;
  readonly driver: Driver;
  readonly sessions: readonly Session[];
  readonly rowsEnd: number;
}

/** A load unit in the calling thread. */
export class LocalUnit implements LoadUnit {
  readonly #options: LocalUnitOptions;
  readonly #prepared = new Map<number, PreparedJob>();
  readonly #running = new Set<JobRun>();
  readonly #stopping = new AbortController();

  constructor(options: LocalUnitOptions) {
    this.#options = options;
  }

  async prepare(index: number, { memories, writes: marks, ...documents }: JobPreparation): Promise<void> {
    const { plan, thread, clock } = this.#options;
    const job = plan.jobs[index];
    if (job === undefined || !sendsRequests(job)) throw new LoadbotError('internal', `job ${index} sends no requests`);
    const share = new ThreadPartition(thread, plan.threads, job.connections);
    const mix = createJobMix(job, plan.seed);
    const types = job.mix.map(({ type }) => type);
    const writes = marks === undefined ? undefined : new WriteWatermarks(marks, share, types);
    const completedBelow = writes && (() => writes.completedBelow());
    const { operations, steps } = await createOperations(job, (operation) =>
      createRequestData({ job, operation, mix, seed: plan.seed, ...documents, completedBelow, clock }),
    );
    const driver = this.#options.driver({
      target: plan.target,
      operations,
      collection: job.collection,
      database: job.database,
      objectIds: job.objectIds,
      timeoutMs: job.timeoutMs,
      http: job.http,
      traceIds: job.trace ? traceIdsOf(plan.runId, job.uuid) : undefined,
      sessions: share.workers,
      clock,
    });
    const rows = findRowLimits({ job, mix, ...documents });
    const opened = await openSessions(driver, share.workers, this.#stopping.signal, clock);
    const sessions = limitSessions(opened, rows, steps);
    const rowsEnd = rows?.stopAt ?? Infinity;
    this.#prepared.set(index, { job, memories, mix, steps, writes, share, driver, sessions, rowsEnd });
  }

  async run(index: number, startMs: number): Promise<JobRunEnd> {
    const prepared = this.#prepared.get(index);
    if (prepared === undefined) throw new LoadbotError('internal', `job ${index} was not prepared`);
    const { job, mix, steps, writes, share, sessions, rowsEnd } = prepared;
    const { target, secrets: inRequests } = this.#options.plan;
    const secrets = [...secretsOfTarget(target), ...inRequests];
    const run = new JobRun({
      ...job,
      clock: this.#options.clock,
      share,
      mix,
      steps,
      writes,
      sessions,
      rowsEnd,
      stretches: this.#stretchesOf(prepared, startMs),
      phases: this.#options.phases,
      onFailure: (errorClass, failure) => {
        // A request that timed out has no error object.
        const message = failure === undefined ? `no answer within ${formatMs(job.timeoutMs)}` : messageOf(failure);
        // A database may repeat parts of a request in its error, at any length.
        const shown = redactSecrets(message, secrets).slice(0, MAX_MESSAGE_LENGTH);
        this.#options.onFailure({ job: index, errorClass, message: shown });
      },
    });
    this.#running.add(run);
    const ended = run.run();
    if (this.#stopping.signal.aborted) run.stop();
    const end = await ended;
    this.#running.delete(run);
    this.#prepared.delete(index);
    await settlesWithTimeout(this.#options.clock, CLOSE_WITHIN_MS, closeAll(prepared));
    return end;
  }

  stop(): void {
    this.#stopping.abort();
    for (const run of this.#running) run.stop();
  }

  async close(): Promise<void> {
    for (const run of this.#running) run.abort();
    const closing = Promise.all([...this.#prepared.values()].map(closeAll));
    await settlesWithTimeout(this.#options.clock, CLOSE_WITHIN_MS, closing);
    this.#prepared.clear();
  }

  #stretchesOf({ job, memories, mix, share }: PreparedJob, startMs: number): MeasurementWindow[] {
    const { plan } = this.#options;
    const layout = tallyLayout(
      plan.metrics.bucketBounds,
      job.pacing.kind === 'paced',
      job.trace,
      usesHttp(plan.target),
    );
    const uniform = arrivalDraws(plan.seed, job.index);
    const measuredMs = startMs + job.warmUpMs;
    const stretches: MeasurementWindow[] = [];
    const parts = partsOf(job);
    const ofEach = (recorders: readonly Recorder[]): readonly Recorder[] =>
      job.mix.map((operation) => recorders[parts.findIndex((part) => isOfPart(operation, part))]!); // one for each part
    const recorderOf = (memory: SharedArrayBuffer): Recorder => new Recorder(memory, layout);
    if (job.warmUpMs > 0) {
      stretches.push(
        new MeasurementWindow({
          recorders: ofEach(memories.flatMap(({ warmUp }) => warmUp ?? []).map(recorderOf)),
          mix,
          share,
          tickets: warmUpTickets(job, share, uniform),
          startMs,
          endMs: measuredMs,
          operations: Infinity,
        }),
      );
    }
    stretches.push(
      new MeasurementWindow({
        recorders: ofEach(
          memories.map(({ measured, phases }) => new Recorder(measured, layout, phases.map(recorderOf))),
        ),
        mix,
        share,
        tickets: job.pacing.kind === 'paced' && share.workers > 0 ? new Tickets(job.pacing, share, uniform) : undefined,
        startMs: measuredMs,
        endMs: measuredMs + job.durationMs,
        operations: job.operations,
      }),
    );
    return stretches;
  }
}

/** A warm-up runs at the initial rate of the schedule: the constant rate, or that of the first stage. */
function warmUpTickets({ pacing }: RequestJobPlan, share: ThreadPartition, uniform: UniformOf): Tickets | undefined {
  if (pacing.kind === 'unlimited' || share.workers === 0) return undefined;
  const rate = pacing.segments[0]?.toRate ?? 0;
  return new Tickets({ ...pacing, segments: [{ durationMs: 0, fromRate: rate, toRate: rate }] }, share, uniform);
}

/** Draws from (0, 1]. Excludes 0, whose logarithm is infinite and would postpone an arrival forever. */
function arrivalDraws(seed: number, job: number): UniformOf {
  const highKey = streamKey(seed, 'arrivals', job, 'high');
  const lowKey = streamKey(seed, 'arrivals', job, 'low');
  return (sequence) => 1 - drawUnit(highKey, lowKey, sequence);
}

async function openSessions(driver: Driver, count: number, stopping: AbortSignal, clock: Clock): Promise<Session[]> {
  const oneFailed = new AbortController();
  const giveUp = AbortSignal.any([stopping, oneFailed.signal]);
  setMaxListeners(0, giveUp); // one listener per connection that is being opened
  const limit = pLimit(OPENING_AT_ONCE);
  const opening = Array.from({ length: count }, () =>
    limit(async () => {
      giveUp.throwIfAborted();
      return driver.connect(giveUp);
    }),
  );
  const aborted = new Promise<never>((_, reject) => {
    giveUp.addEventListener('abort', () => reject(reasonOf(giveUp)), { once: true });
  });
  try {
    // Does not wait for a driver that continues to connect after the abort.
    return await Promise.race([Promise.all(opening), aborted]);
  } catch (error) {
    oneFailed.abort();
    const closed = Promise.all(opening.map((one) => one.then((session) => session.close()).catch(() => {})));
    await settlesWithTimeout(
      clock,
      CLOSE_WITHIN_MS,
      closed.then(() => driver.close()),
    );
    throw error;
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(messageOf(reason));
}

async function closeAll({ sessions, driver }: PreparedJob): Promise<void> {
  await Promise.all(sessions.map((session) => session.close()));
  await driver.close();
}
