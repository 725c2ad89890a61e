import type { OpenedRun } from '../agent/run.ts';
import type { Clock } from '../core/clock.ts';
import { type Floor, lowestFloor } from '../core/floor.ts';
import type { Target } from '../core/target.ts';
import { startTarget } from '../drivers/embedded/start.ts';
import { askedRateOf } from '../engine/asked-rate.ts';
import type { Failure } from '../engine/load-unit.ts';
import { Schedule } from '../engine/schedule.ts';
import { ThreadUnit } from '../engine/thread-unit.ts';
import type { Surface } from '../metrics/surface.ts';
import { type Plan, sendsRequests, typesOf } from '../plan/plan.ts';
import { RunRecord } from '../recorder/run-record.ts';
import type { FailureSample } from '../recorder/snapshot.ts';
import { closeAll, type Closers } from './closers.ts';
import type { Observation } from './observe.ts';
import type { GeneratorWatch } from './watch-generator.ts';

/** The target as the plan has it, or the embedded one, started for this run and driven over HTTP. */
export async function openTarget({ target, seed }: Plan, closers: Closers): Promise<Target> {
  if (target.driver !== 'embedded') return target;
  const embedded = await startTarget({ seed });
  closers.push(() => embedded.close());
  return { driver: 'http', url: embedded.url, secretUrl: undefined };
}

/** What the load of a run is recorded in. */
export function recordOf(plan: Plan, phases: readonly string[], clock: Clock): RunRecord {
  const jobs = plan.jobs.filter(sendsRequests).map((job) => {
    const { name, uuid, durationMs, operations, warmUpMs } = job;
    const paced = job.pacing.kind === 'paced';
    const traced = job.trace;
    const parts = typesOf(job).map((type) => {
      const askedRate = askedRateOf(job, type);
      return { name, uuid, type, paced, traced, askedRate, durationMs, operations, warmUpMs };
    });
    return [job.index, parts] as const;
  });
  const { agent, runId, workload } = plan;
  const { bucketBounds } = plan.metrics;
  return new RunRecord({ agent, runId, workload, jobs: new Map(jobs), bucketBounds, phases }, clock);
}

/** What makes and records the load of one run. */
export function openLoad(
  plan: Plan,
  record: RunRecord,
  { memory: phases, gates }: Pick<Observation, 'memory' | 'gates'>,
  surface: Surface,
  clock: Clock,
  closers: Closers,
  watch: GeneratorWatch,
): Pick<OpenedRun, 'plan' | 'schedule' | 'failures' | 'floor' | 'snapshot' | 'validity' | 'close'> {
  const failures: FailureSample[] = [];
  const units = openUnits(plan, phases, surface, closers, watch, (failure) => noteFailure(failure, plan, failures));
  const schedule = new Schedule({ plan, units, record, clock, gates });
  const { validity } = watch;
  // It is measured over HTTP; what another protocol's client takes is not known.
  const floor = (): Floor | undefined =>
    plan.target.driver === 'http' ? lowestFloor(units.map((unit) => unit.floor)) : undefined;
  return {
    plan,
    schedule,
    failures,
    floor,
    validity,
    snapshot: () => record.snapshot(),
    close: () => closeAll(closers),
  };
}

function openUnits(
  plan: Plan,
  phases: SharedArrayBuffer,
  surface: Surface,
  closers: Closers,
  watch: GeneratorWatch,
  onFailure: (failure: Failure) => void,
): readonly ThreadUnit[] {
  const entry = new URL('../load-thread.js', import.meta.url);
  const units = watch.pulses.map((pulse, thread) => {
    const account = surface.openHeapAccount();
    const unit = new ThreadUnit({ plan, thread, phases, heapAccount: account?.memory, pulse, entry, onFailure });
    closers.push(() => unit.close().finally(() => account?.close()));
    return unit;
  });
  watch.follow(units);
  return units;
}

/** Keeps the first message of each class of failure in each job; threads tell of theirs each. */
function noteFailure({ job, errorClass, message }: Failure, plan: Plan, failures: FailureSample[]): void {
  const { name = '', uuid = '' } = plan.jobs[job] ?? {};
  if (failures.some((seen) => seen.uuid === uuid && seen.errorClass === errorClass)) return;
  failures.push({ job: name, uuid, errorClass, message });
}
