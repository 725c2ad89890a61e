import { openControlApi } from './agent/control-api.ts';
import type { RunHandle } from './agent/run-handle.ts';
import type { OpenedRun } from './agent/run.ts';
import { toStatusDocument } from './agent/status-document.ts';
import type { Clock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import type { Target } from './core/target.ts';
import { startTarget } from './drivers/embedded/start.ts';
import type { Failure } from './engine/load-unit.ts';
import { readOpenFiles, requireOpenFiles } from './engine/open-files.ts';
import { Schedule } from './engine/schedule.ts';
import { ThreadUnit } from './engine/thread-unit.ts';
import type { Exporter } from './exporters/exporter.ts';
import { createExporters } from './exporters/registry.ts';
import { createSurface, type SurfaceOptions } from './metrics/surface.ts';
import { type Plan, sendsRequests, typesOf } from './plan/plan.ts';
import { RunRecord } from './recorder/run-record.ts';
import type { FailureSample, Snapshot } from './recorder/snapshot.ts';

interface ComposeOptions extends SurfaceOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/** What closes what was opened, the last first. */
type Closers = (() => Promise<unknown>)[];

/**
 * Puts together what a plan needs to run: target, record, control API, exporters, load threads.
 * @param run what the control API shows and stops
 * @throws {LoadbotError} when a part cannot be had; the parts opened before it have been closed again
 */
export async function openRun(planned: Plan, run: RunHandle, options: ComposeOptions): Promise<OpenedRun> {
  requireOpenFiles(planned, readOpenFiles());
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  };
  try {
    const plan = { ...planned, target: await openTarget(planned, closers) };
    const record = recordOf(plan, options.clock);
    const snapshot = (): Snapshot => record.snapshot();
    await openControl(plan, run, snapshot, options, closers);
    const exporters = await openExporters(plan, record, options, closers);
    const failures: FailureSample[] = [];
    const units = openUnits(plan, closers, (failure) => noteFailure(failure, plan, failures));
    const schedule = new Schedule({ plan, units, record, clock: options.clock });
    return { plan, schedule, exporters, failures, snapshot, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The target as the plan has it, or the embedded one, started for this run and driven over HTTP. */
async function openTarget({ target, seed }: Plan, closers: Closers): Promise<Target> {
  if (target.driver !== 'embedded') return target;
  const embedded = await startTarget({ seed });
  closers.push(() => embedded.close());
  return { driver: 'http', url: embedded.url, secretUrl: undefined };
}

/** Open before anything that may take its time, so that a run can be stopped while it waits for that. */
async function openControl(
  plan: Plan,
  run: RunHandle,
  snapshot: () => Snapshot,
  { clock, log }: ComposeOptions,
  closers: Closers,
): Promise<void> {
  if (plan.controlPort === undefined) return;
  const stop = (): void => {
    if (run.state === 'running') log.info('control: asked to stop, letting requests under way finish');
    run.stop();
  };
  const controlled = { status: () => toStatusDocument(plan, snapshot(), run), stop };
  const control = await openControlApi(plan.controlPort, controlled, { clock, warn: (message) => log.warn(message) });
  closers.push(() => control.close());
  log.info(`control: ${control.url}/status`);
}

async function openExporters(
  plan: Plan,
  record: RunRecord,
  options: ComposeOptions,
  closers: Closers,
): Promise<readonly Exporter[]> {
  const surface = createSurface(options);
  const exporters = createExporters(plan.metrics, {
    collect: () => surface.collect(record.snapshot('counts')),
    clock: options.clock,
    warn: (message) => options.log.warn(message),
  });
  for (const exporter of exporters) {
    closers.push(() => exporter.stop(0));
    await exporter.start();
  }
  return exporters;
}

function openUnits(plan: Plan, closers: Closers, onFailure: (failure: Failure) => void): readonly ThreadUnit[] {
  const entry = new URL('./load-thread.js', import.meta.url);
  return Array.from({ length: plan.threads }, (_, thread) => {
    const unit = new ThreadUnit({ plan, thread, entry, onFailure });
    closers.push(() => unit.close());
    return unit;
  });
}

/** Keeps the first message of each class of failure in each job; threads tell of theirs each. */
function noteFailure({ job, errorClass, message }: Failure, plan: Plan, failures: FailureSample[]): void {
  const { name = '', uuid = '' } = plan.jobs[job] ?? {};
  if (failures.some((seen) => seen.uuid === uuid && seen.errorClass === errorClass)) return;
  failures.push({ job: name, uuid, errorClass, message });
}

function recordOf(plan: Plan, clock: Clock): RunRecord {
  const jobs = plan.jobs.filter(sendsRequests).map((job) => {
    const { name, uuid, durationMs, operations, warmUpMs } = job;
    const paced = job.pacing.kind === 'paced';
    const described = { name, uuid, paced, durationMs, operations, warmUpMs };
    return [job.index, typesOf(job).map((type) => ({ ...described, type }))] as const;
  });
  const { agent, runId, workload } = plan;
  const { bucketBounds } = plan.metrics;
  return new RunRecord({ agent, runId, workload, jobs: new Map(jobs), bucketBounds }, clock);
}
