import { Agent } from './agent/agent.ts';
import { createAgentRoutes } from './agent/agent-routes.ts';
import { openControlApi } from './agent/control-api.ts';
import { createRoutes, type Routes } from './agent/control-routes.ts';
import type { RunHandle } from './agent/run-handle.ts';
import type { OpenedRun } from './agent/run.ts';
import { RunRecords } from './agent/run-records.ts';
import { type StatusDocument, toStatusDocument } from './agent/status-document.ts';
import type { WorkloadText } from './agent/workload-text.ts';
import type { Clock } from './core/clock.ts';
import type { DebugSwitch } from './core/debug.ts';
import type { Log } from './core/log.ts';
import type { Target } from './core/target.ts';
import { startTarget } from './drivers/embedded/start.ts';
import type { Failure } from './engine/load-unit.ts';
import { readOpenFiles, requireOpenFiles } from './engine/open-files.ts';
import { Schedule } from './engine/schedule.ts';
import { ThreadUnit } from './engine/thread-unit.ts';
import type { Delivery, Exporter } from './exporters/exporter.ts';
import { ownFamilies } from './exporters/own-families.ts';
import { createExporters } from './exporters/registry.ts';
import { exposureMs } from './metrics/exposed-jobs.ts';
import type { Family } from './metrics/family.ts';
import { createSurface, type Surface, type SurfaceOptions } from './metrics/surface.ts';
import { type Plan, sendsRequests, typesOf } from './plan/plan.ts';
import { RunRecord } from './recorder/run-record.ts';
import type { FailureSample, Snapshot } from './recorder/snapshot.ts';
import type { Report } from './reports/report.ts';
import { PhasesInForce } from './sources/phases-in-force.ts';
import { openSources, type Sources } from './sources/sources.ts';
import { thresholdFamilies } from './verdicts/threshold-families.ts';
import { ThresholdWatch } from './verdicts/threshold-watch.ts';

interface ComposeOptions extends Pick<SurfaceOptions, 'build' | 'revision' | 'processMetrics'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly debug: DebugSwitch;
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
  return openOrClose(async (closers) => {
    const plan = { ...planned, target: await openTarget(planned, closers) };
    const observation = observe(plan, options, closers);
    const record = recordOf(plan, observation.names, options.clock);
    const stop = (): void => stopOnRequest(run, options.log);
    const status = (): StatusDocument => toStatusDocument(plan, record.snapshot(), run);
    await openControl(plan.controlPort, createRoutes({ status, stop, debug: options.debug }), options, closers);
    const surface = surfaceOf(plan, options);
    const thresholds = new ThresholdWatch(plan.thresholds);
    const families = (): readonly Family[] => [...thresholdFamilies(thresholds.standings), ...observation.families()];
    const shown = { runs: () => [record.snapshot('counts')], families };
    await observation.start();
    const exporters = await openExporters(plan, shown, surface, options, closers);
    return {
      ...openLoad(plan, record, observation.memory, surface, options.clock, closers),
      thresholds,
      observed: observation.conclude,
      where: exporters.map(({ where }) => where),
      deliver: () => Promise.all(exporters.map((exporter) => exporter.stop())),
    };
  });
}

/** An agent that lives on, and what ends it. */
export interface OpenedAgent {
  readonly agent: Agent;
  /** Delivers the last metrics and closes everything; called with no run under way. */
  readonly close: () => Promise<readonly Delivery[]>;
}

/** What an agent is opened with. */
export interface AgentOptions extends ComposeOptions {
  /** @throws {LoadbotError} `config_invalid` */
  readonly plan: (workload: WorkloadText) => Promise<Plan>;
  readonly reports: () => readonly Report[];
}

/**
 * Puts together an agent that runs what it is told: exporters and control API for all its life, the rest for each run.
 * @param settings the plan whose settings of the agent count; its jobs do not
 * @throws {LoadbotError} when a part cannot be had; the parts opened before it have been closed again
 */
export async function openAgent(settings: Plan, options: AgentOptions): Promise<OpenedAgent> {
  const { clock, log, build, debug, plan, reports } = options;
  return openOrClose(async (closers) => {
    const surface = surfaceOf(settings, options);
    const records = new RunRecords(surface);
    let exporters: readonly Exporter[] = [];
    /** Of the newest run: two runs may have the same thresholds and sources. */
    let newest: { readonly runId: string; families(): readonly Family[] } | undefined;
    const announce = async (): Promise<void> => {
      await Promise.all(exporters.map((exporter) => exporter.announce()));
    };
    const open = (planned: Plan): Promise<OpenedRun> => {
      requireOpenFiles(planned, readOpenFiles());
      return openOrClose(async (ofRun) => {
        const ofTarget = { ...planned, target: await openTarget(planned, ofRun) };
        const observation = observe(ofTarget, options, ofRun);
        const record = recordOf(ofTarget, observation.names, clock);
        records.add(record);
        const thresholds = new ThresholdWatch(planned.thresholds);
        newest = {
          runId: planned.runId,
          families: () => [...thresholdFamilies(thresholds.standings), ...observation.families()],
        };
        await observation.start();
        ofRun.push(async () => record.end());
        // Every series is known to be 0 before anything is counted.
        await announce();
        const deliver = async (): Promise<readonly Delivery[]> => {
          record.end();
          await announce();
          return [];
        };
        const load = openLoad(ofTarget, record, observation.memory, surface, clock, ofRun);
        return { ...load, thresholds, observed: observation.conclude, where: [], deliver };
      });
    };
    const agent = new Agent({ name: settings.agent, plan, open, reports, clock, log, build, debug });
    await openControl(settings.controlPort, createAgentRoutes(agent), options, closers);
    const families = (runs: readonly Snapshot[]): readonly Family[] =>
      runs.some(({ runId }) => runId === newest?.runId) ? (newest?.families() ?? []) : [];
    const shown = { runs: () => records.snapshots(), families };
    exporters = await openExporters(settings, shown, surface, options, closers);
    for (const { where } of exporters) log.info(`metrics: ${where}`);
    return {
      agent,
      close: async () => {
        const deliveries = await Promise.all(exporters.map((exporter) => exporter.stop()));
        await closeAll(closers);
        return deliveries;
      },
    };
  });
}

/** What watches the system under test during one run. */
interface Observation extends Pick<Sources, 'families' | 'start'> {
  /** Of its phases. */
  readonly names: readonly string[];
  /** The phases in force, for the load threads. */
  readonly memory: SharedArrayBuffer;
  readonly conclude: OpenedRun['observed'];
}

function observe(plan: Plan, { clock, log }: ComposeOptions, closers: Closers): Observation {
  const sources = openSources(plan.sources, {
    clock,
    warn: (message) => log.warn(message),
    debug: (message) => log.debug(message),
  });
  const resolutionMs = Math.max(0, ...plan.sources.map(({ intervalMs }) => intervalMs));
  const phases = new PhasesInForce(plan.phases, sources, clock, resolutionMs);
  closers.push(() => sources.stop());
  return {
    names: phases.phases.map(({ name }) => name),
    memory: phases.memory,
    families: () => sources.families(),
    async start() {
      await sources.start();
      phases.start();
    },
    async conclude(startedMs) {
      const endedMs = clock.nowMs();
      phases.stop();
      await sources.stop();
      return { sources: sources.toDocument(startedMs), phases: phases.toDocument(startedMs, endedMs) };
    },
  };
}

/** What makes and records the load of one run. */
function openLoad(
  plan: Plan,
  record: RunRecord,
  phases: SharedArrayBuffer,
  surface: Surface,
  clock: Clock,
  closers: Closers,
): Pick<OpenedRun, 'plan' | 'schedule' | 'failures' | 'snapshot' | 'close'> {
  const failures: FailureSample[] = [];
  const units = openUnits(plan, phases, surface, closers, (failure) => noteFailure(failure, plan, failures));
  const schedule = new Schedule({ plan, units, record, clock });
  return { plan, schedule, failures, snapshot: () => record.snapshot(), close: () => closeAll(closers) };
}

/** Opens parts; where one cannot be had, those before it are closed again. */
async function openOrClose<T>(open: (closers: Closers) => Promise<T>): Promise<T> {
  const closers: Closers = [];
  try {
    return await open(closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function closeAll(closers: Closers): Promise<void> {
  for (const closeOne of closers.splice(0).toReversed()) await closeOne();
}

function stopOnRequest(run: RunHandle, log: Log): void {
  if (run.state === 'running') log.info('control: asked to stop, letting requests under way finish');
  run.stop();
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
  port: number | undefined,
  routes: Routes,
  { clock, log }: ComposeOptions,
  closers: Closers,
): Promise<void> {
  if (port === undefined) return;
  const control = await openControlApi(port, routes, { clock, warn: (message) => log.warn(message) });
  closers.push(() => control.close());
  log.info(`control: ${control.url}/status`);
}

function surfaceOf({ agent, metrics }: Plan, options: ComposeOptions): Surface {
  return createSurface({
    ...options,
    agent,
    labelRules: metrics.labelRules,
    goCompat: metrics.goCompat,
    keepMs: exposureMs(Math.max(0, ...metrics.pushTargets.map(({ intervalMs }) => intervalMs))),
  });
}

/** What exporters show. */
interface Shown {
  /** The oldest first. */
  runs(): readonly Snapshot[];
  /** What is shown beside these runs. */
  families(runs: readonly Snapshot[]): readonly Family[];
}

async function openExporters(
  plan: Plan,
  shown: Shown,
  surface: Surface,
  options: ComposeOptions,
  closers: Closers,
): Promise<readonly Exporter[]> {
  const exporters = createExporters(plan.metrics, plan.agent, {
    collect: () => {
      const runs = shown.runs();
      return surface.collect(runs, [...shown.families(runs), ...ownFamilies(exporters)]);
    },
    clock: options.clock,
    warn: (message) => options.log.warn(message),
    debug: (message) => options.log.debug(message),
  });
  for (const exporter of exporters) closers.push(() => exporter.stop(0));
  // At once, so that receivers that do not answer are not waited for one after the other.
  await Promise.all(exporters.map((exporter) => exporter.start()));
  return exporters;
}

function openUnits(
  plan: Plan,
  phases: SharedArrayBuffer,
  surface: Surface,
  closers: Closers,
  onFailure: (failure: Failure) => void,
): readonly ThreadUnit[] {
  const entry = new URL('./load-thread.js', import.meta.url);
  return Array.from({ length: plan.threads }, (_, thread) => {
    const account = surface.openHeapAccount();
    const unit = new ThreadUnit({ plan, thread, phases, heapAccount: account?.memory, entry, onFailure });
    closers.push(() => unit.close().finally(() => account?.close()));
    return unit;
  });
}

/** Keeps the first message of each class of failure in each job; threads tell of theirs each. */
function noteFailure({ job, errorClass, message }: Failure, plan: Plan, failures: FailureSample[]): void {
  const { name = '', uuid = '' } = plan.jobs[job] ?? {};
  if (failures.some((seen) => seen.uuid === uuid && seen.errorClass === errorClass)) return;
  failures.push({ job: name, uuid, errorClass, message });
}

function recordOf(plan: Plan, phases: readonly string[], clock: Clock): RunRecord {
  const jobs = plan.jobs.filter(sendsRequests).map((job) => {
    const { name, uuid, durationMs, operations, warmUpMs } = job;
    const paced = job.pacing.kind === 'paced';
    const traced = job.trace;
    const parts = typesOf(job).map((type) => ({ name, uuid, type, paced, traced, durationMs, operations, warmUpMs }));
    return [job.index, parts] as const;
  });
  const { agent, runId, workload } = plan;
  const { bucketBounds } = plan.metrics;
  return new RunRecord({ agent, runId, workload, jobs: new Map(jobs), bucketBounds, phases }, clock);
}
