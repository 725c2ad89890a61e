import type { GeneratorRun, LoadGenerator } from '../agent/load-generator.ts';
import { readOpenFiles } from '../engine/open-files.ts';
import type { Place } from '../engine/place.ts';
import { ThreadUnit } from '../engine/thread-unit.ts';
import type { Plan } from '../plan/plan.ts';
import { lowestFloor } from '../shared/floor.ts';
import { readTextFile } from '../shared/read-file.ts';
import { allocateEventLoopMonitor, readEventLoopMonitor } from '../validity/event-loop-monitor.ts';
import { validityFamilies } from '../validity/families.ts';
import { readClocks, SystemStats } from '../validity/system-stats.ts';
import { ValidityWatch } from '../validity/watch.ts';
import type { ComposeOptions } from './parts.ts';
import { builtEntry } from '../shared/package-files.ts';

/**
 * Creates the generator of a run: load threads of this process, and the monitor of their validity.
 * @param places of the threads
 */
export function createThreadGenerator(
  { runId }: Pick<Plan, 'runId'>,
  places: readonly Place[],
  { clock, log }: Pick<ComposeOptions, 'clock' | 'log'>,
): LoadGenerator {
  const entry = builtEntry('load-thread');
  const machine = new SystemStats(readTextFile);
  const pulses = places.map(() => allocateEventLoopMonitor());
  const units: ThreadUnit[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  const validity = new ValidityWatch(() => ({
    atMs: clock.nowMs(),
    machine: machine.read(),
    clocks: readClocks(readTextFile),
    files: readOpenFiles(),
    threads: pulses.map((memory, thread) => {
      const pulse = readEventLoopMonitor(memory);
      const loop = units[thread]?.loop ?? { idle: 0, active: 0 };
      return { pulse, loop, cpuWaitMs: machine.readCpuWaitMs(pulse.threadId) };
    }),
  }));
  const onTerminated = (message: string): void => log.warn(`${message}; its requests in flight count as aborted`);

  function open({ plan, phases, loadClock, onFailure, openHeapAccount }: GeneratorRun): readonly ThreadUnit[] {
    for (const [thread, place] of places.entries()) {
      const pulse = pulses[thread];
      const account = openHeapAccount();
      const heapAccount = account?.memory;
      const start = { plan, place, phases, heapAccount, pulse };
      const unit = new ThreadUnit({ ...start, thread, entry, clock, loadClock, onFailure, onTerminated });
      units.push(unit);
      closers.push(() => unit.close().finally(() => account?.close()));
    }
    return units;
  }

  return {
    validity,
    recordClock: clock,
    open: (run) => Promise.resolve(open(run)),
    families: () => validityFamilies(runId, validity.currentValidity, validity.newest),
    floor: () => lowestFloor(units.map((unit) => unit.floor)),
    agents: () => [],
    kill: () => units.forEach((unit) => unit.kill()),
    close: async () => void (await Promise.allSettled(closers.splice(0).map((closeOne) => closeOne()))),
  };
}
