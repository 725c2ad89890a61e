import type { OpenedRun, RunHandle } from '../agent/opened-run.ts';
import type { UnitFailure } from '../engine/load-unit.ts';
import { Schedule } from '../engine/schedule.ts';
import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { Plan } from '../plan/plan.ts';
import type { FailureSample } from '../recorder/snapshot.ts';
import { closeAll, type DisposableStack, type ComposeOptions } from './parts.ts';
import type { WatchedRun } from './watch-run.ts';

/**
 * Opens the load of a run, without exporters. Its load threads are started and wait for commands.
 * @param surface registry for the threads' heap statistics; `undefined`: not exported
 */
export async function openLoad(
  watched: WatchedRun,
  run: RunHandle,
  surface: MetricsRegistry | undefined,
  options: ComposeOptions,
  closers: DisposableStack,
): Promise<Omit<OpenedRun, 'where' | 'deliver' | 'notes'>> {
  const { plan, record, observation, generator, loadClock, steering, thresholds, failures } = watched;
  const { gates, conclude, memory: phases, names: phaseNames } = observation;
  const { clock, documents } = options;
  closers.push(() => generator.close());
  const units = await generator.open({
    plan,
    record,
    loadClock,
    phases,
    phaseNames,
    abort: (reason) => run.abort(reason, 'lost_load'),
    onFailure: (failure) => noteFailure(failure, plan, failures),
    openHeapAccount: () => surface?.openHeapAccount(),
  });
  steering.attach(units);
  return {
    plan,
    schedule: new Schedule({ plan, units, record, clock, loadClock, gates, documents }),
    steering,
    failures,
    floor: () => generator.floor(),
    agents: () => generator.agents(),
    thresholds,
    validity: generator.validity,
    waits: gates.waits,
    observed: conclude,
    snapshot: () => record.snapshot(),
    kill: () => generator.kill(),
    close: () => closeAll(closers),
  };
}

/** Keeps the first message of each error class in each job; each thread reports its first. */
function noteFailure({ job, errorClass, message }: UnitFailure, plan: Plan, failures: FailureSample[]): void {
  const { name = '', uuid = '' } = plan.jobs[job] ?? {};
  if (failures.some((seen) => seen.uuid === uuid && seen.errorClass === errorClass)) return;
  failures.push({ job: name, uuid, errorClass, message });
}
