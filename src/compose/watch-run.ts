import type { LoadGenerator } from '../agent/load-generator.ts';
import type { RunHandle } from '../agent/opened-run.ts';
import type { Family } from '../metrics/family.ts';
import { countsIterations } from '../shared/job-type.ts';
import { checkNamesOf, expectedStatusesOf, isPacedPart, metricsOfPart, partsOf } from '../plan/job-part.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import { RunRecord } from '../recorder/run-record.ts';
import type { FailureSample } from '../recorder/snapshot.ts';
import { thresholdFamilies } from '../thresholds/threshold-families.ts';
import { ThresholdMonitor } from '../thresholds/threshold-monitor.ts';
import type { DisposableStack, ComposeOptions } from './parts.ts';
import { steeringFamilies } from './steering-families.ts';
import type { SystemObservation } from './observe.ts';
import { createThreadGenerator } from './thread-generator.ts';
import { placesOfThreads } from '../engine/place.ts';
import { noopGates } from '../engine/schedule.ts';
import type { Target } from '../plan/target.ts';
import { startTarget } from '../drivers/embedded/start.ts';
import type { Clock } from '../shared/clock.ts';
import { describeChange } from '../shared/load-change.ts';
import { LoadClock } from '../shared/load-clock.ts';
import { Steering } from '../engine/steering.ts';
import { createTargetRate } from '../engine/rate-curve.ts';
import { isBuiltIn, usesHttp } from '../driver-catalog.ts';

/** Record, observation and thresholds of a run; opened before its load. */
export interface WatchedRun {
  /** The effective plan: its target is the one that receives the load. */
  readonly plan: Plan;
  readonly record: RunRecord;
  readonly observation: SystemObservation;
  readonly generator: LoadGenerator;
  /** Clock of the pauses of the run, and what pauses it. */
  readonly loadClock: LoadClock;
  readonly steering: Steering;
  readonly thresholds: ThresholdMonitor;
  /** The first failure of each class in each job; the load adds them. */
  readonly failures: FailureSample[];
  /** Exported families of the run, in addition to those of its requests. */
  readonly families: () => readonly Family[];
}

/** @throws {LoadbotError} when the target fails to start */
export async function watchRun(
  planned: Plan,
  run: RunHandle,
  options: ComposeOptions,
  closers: DisposableStack,
): Promise<WatchedRun> {
  const plan = { ...planned, target: await openTarget(planned, closers) };
  const observation = await openObservation(plan, run, options, closers);
  const generator = options.generator ?? createThreadGenerator(plan, placesOfThreads(plan.threads), options);
  const loadClock = new LoadClock(options.clock);
  const record = createRunRecord(plan, observation.names, generator.recordClock, loadClock);
  const steering = createSteering(plan, record, generator, loadClock, options);
  const thresholds = new ThresholdMonitor(plan.thresholds, observation.gates.measure);
  const families = (): readonly Family[] => [
    ...thresholdFamilies(thresholds.standings),
    ...steeringFamilies(plan.runId, steering),
    ...generator.families(),
    ...observation.families(),
  ];
  return { plan, record, observation, generator, loadClock, steering, thresholds, failures: [], families };
}

/** Creates the steering of a run, which logs its changes. */
function createSteering(
  plan: Plan,
  record: RunRecord,
  { steeringRefusal: refusal }: LoadGenerator,
  loadClock: LoadClock,
  { clock, log }: ComposeOptions,
): Steering {
  const steering = new Steering({ plan, record, clock, loadClock, refusal });
  steering.follow((change) => log.info(`control: ${describeChange(change)}`));
  return steering;
}

async function openObservation(
  plan: Plan,
  run: RunHandle,
  options: ComposeOptions,
  closers: DisposableStack,
): Promise<SystemObservation> {
  // Validation rejects phases, gates and source thresholds without sources.
  if (plan.sources.length === 0) return createNoopObservation();
  const { observe } = await import('./observe.ts');
  return observe(plan, (reason) => run.abort(reason), options, closers);
}

/** Observation of a run without sources; does not load the code for sources. */
function createNoopObservation(): SystemObservation {
  return {
    names: [],
    memory: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    families: () => [],
    follow: () => {},
    start: () => Promise.resolve(),
    gates: {
      ...noopGates,
      start: () => {},
      end: () => {},
      waits: () => [],
      measure: () => ({ values: [], shortage: 'no source was scraped' }),
    },
    soFar: () => ({ sources: [], phases: [] }),
    conclude: () => Promise.resolve({ sources: [], phases: [] }),
  };
}

/** Returns the target of the plan, or starts the embedded one for this run, which is driven over HTTP. */
export async function openTarget({ target, seed }: Plan, closers: DisposableStack): Promise<Target> {
  if (!isBuiltIn(target)) return target;
  const embedded = await startTarget({ seed });
  closers.push(() => embedded.close());
  return { driver: 'http', url: embedded.url, secretUrl: undefined };
}

/** Creates the record of a run. */
export function createRunRecord(plan: Plan, phases: readonly string[], clock: Clock, loadClock?: LoadClock): RunRecord {
  const jobs = plan.jobs.filter(sendsRequests).map((job) => {
    const { name, uuid, durationMs, operations, warmUpMs } = job;
    const traced = job.trace;
    const parts = partsOf(job).map((part) => {
      const { type, step } = part;
      const paced = isPacedPart(job, part);
      const checks = checkNamesOf(job, part);
      const targetRate = createTargetRate(job, part);
      const expectedStatuses =
        usesHttp(plan.target) && !countsIterations(part) ? expectedStatusesOf(job, part) : undefined;
      const metrics = metricsOfPart(job, part);
      const counted = { name, uuid, type, step, paced, traced, checks, expectedStatuses, metrics };
      return Object.assign(counted, { targetRate, durationMs, operations, warmUpMs });
    });
    return [job.index, parts] as const;
  });
  const { agent, runId, workload } = plan;
  const { bucketBounds } = plan.metrics;
  return new RunRecord({ agent, runId, workload, jobs: new Map(jobs), bucketBounds, phases }, clock, loadClock);
}
