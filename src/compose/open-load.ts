import type { OpenedRun } from '../agent/opened-run.ts';
import { type LatencyFloor, lowestFloor } from '../shared/floor.ts';
import type { UnitFailure } from '../engine/load-unit.ts';
import { Schedule } from '../engine/schedule.ts';
import { ThreadUnit } from '../engine/thread-unit.ts';
import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { Plan } from '../plan/plan.ts';
import type { FailureSample } from '../recorder/snapshot.ts';
import { closeAll, type DisposableStack, type ComposeOptions } from './parts.ts';
import type { WatchedRun } from './watch-run.ts';

/**
 * Opens the load of a run, without exporters. Its load threads are started and wait for commands.
 * @param surface registry for the threads' heap statistics; `undefined`: not exported
 */
export function openLoad(
  watched: WatchedRun,
  surface: MetricsRegistry | undefined,
  options: ComposeOptions,
  closers: DisposableStack,
): Omit<OpenedRun, 'where' | 'deliver' | 'notes'> {
  const { plan, record, observation, generator, thresholds } = watched;
  const { gates, conclude } = observation;
  const { clock, documents } = options;
  const failures: FailureSample[] = [];
  const units = openUnits(watched, surface, options, closers, (failure) => noteFailure(failure, plan, failures));
  const floor = (): LatencyFloor | undefined => lowestFloor(units.map((unit) => unit.floor));
  return {
    plan,
    schedule: new Schedule({ plan, units, record, clock, gates, documents }),
    failures,
    floor,
    thresholds,
    validity: generator.validity,
    waits: gates.waits,
    observed: conclude,
    snapshot: () => record.snapshot(),
    kill: () => {
      for (const unit of units) unit.kill();
    },
    close: () => closeAll(closers),
  };
}

function openUnits(
  { plan, observation: { memory: phases }, generator }: WatchedRun,
  surface: MetricsRegistry | undefined,
  { clock, log }: ComposeOptions,
  closers: DisposableStack,
  onFailure: (failure: UnitFailure) => void,
): readonly ThreadUnit[] {
  const entry = new URL('../load-thread.js', import.meta.url);
  const units = generator.pulses.map((pulse, thread) => {
    const account = surface?.openHeapAccount();
    const heapAccount = account?.memory;
    const onTerminated = (message: string): void => log.warn(`${message}; its requests in flight count as aborted`);
    const unit = new ThreadUnit({ plan, thread, phases, heapAccount, pulse, entry, clock, onFailure, onTerminated });
    closers.push(() => unit.close().finally(() => account?.close()));
    return unit;
  });
  generator.follow(units);
  return units;
}

/** Keeps the first message of each error class in each job; each thread reports its first. */
function noteFailure({ job, errorClass, message }: UnitFailure, plan: Plan, failures: FailureSample[]): void {
  const { name = '', uuid = '' } = plan.jobs[job] ?? {};
  if (failures.some((seen) => seen.uuid === uuid && seen.errorClass === errorClass)) return;
  failures.push({ job: name, uuid, errorClass, message });
}
