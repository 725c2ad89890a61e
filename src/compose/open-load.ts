import type { OpenedRun } from '../agent/run.ts';
import type { Clock } from '../core/clock.ts';
import { type Floor, lowestFloor } from '../core/floor.ts';
import type { Failure } from '../engine/load-unit.ts';
import { Schedule } from '../engine/schedule.ts';
import { ThreadUnit } from '../engine/thread-unit.ts';
import type { Surface } from '../metrics/surface.ts';
import type { Plan } from '../plan/plan.ts';
import type { FailureSample } from '../recorder/snapshot.ts';
import { closeAll, type Closers } from './closers.ts';
import type { WatchedRun } from './watch-run.ts';

/**
 * Everything of a run but how its metrics leave. Its load threads are started; they wait for orders.
 * @param surface where threads account for their heap; `undefined`: nobody is told of it
 */
export function openLoad(
  watched: WatchedRun,
  surface: Surface | undefined,
  clock: Clock,
  closers: Closers,
): Omit<OpenedRun, 'where' | 'deliver' | 'notes'> {
  const { plan, record, observation, generator, thresholds } = watched;
  const { gates, conclude } = observation;
  const failures: FailureSample[] = [];
  const units = openUnits(watched, surface, closers, (failure) => noteFailure(failure, plan, failures));
  const floor = (): Floor | undefined => lowestFloor(units.map((unit) => unit.floor));
  return {
    plan,
    schedule: new Schedule({ plan, units, record, clock, gates }),
    failures,
    floor,
    thresholds,
    validity: generator.validity,
    waits: gates.waits,
    observed: conclude,
    snapshot: () => record.snapshot(),
    close: () => closeAll(closers),
  };
}

function openUnits(
  { plan, observation: { memory: phases }, generator }: WatchedRun,
  surface: Surface | undefined,
  closers: Closers,
  onFailure: (failure: Failure) => void,
): readonly ThreadUnit[] {
  const entry = new URL('../load-thread.js', import.meta.url);
  const units = generator.pulses.map((pulse, thread) => {
    const account = surface?.openHeapAccount();
    const unit = new ThreadUnit({ plan, thread, phases, heapAccount: account?.memory, pulse, entry, onFailure });
    closers.push(() => unit.close().finally(() => account?.close()));
    return unit;
  });
  generator.follow(units);
  return units;
}

/** Keeps the first message of each class of failure in each job; threads tell of theirs each. */
function noteFailure({ job, errorClass, message }: Failure, plan: Plan, failures: FailureSample[]): void {
  const { name = '', uuid = '' } = plan.jobs[job] ?? {};
  if (failures.some((seen) => seen.uuid === uuid && seen.errorClass === errorClass)) return;
  failures.push({ job: name, uuid, errorClass, message });
}
