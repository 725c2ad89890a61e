import type { Clock } from '../shared/clock.ts';
import { readOpenFiles } from '../engine/open-files.ts';
import type { ThreadUnit } from '../engine/thread-unit.ts';
import type { Family } from '../metrics/family.ts';
import type { Plan } from '../plan/plan.ts';
import { validityFamilies } from '../validity/families.ts';
import { readClocks } from '../validity/clocks.ts';
import { SystemStats } from '../validity/machine/system-stats.ts';
import { readTextFile } from '../shared/read-file.ts';
import { allocateEventLoopMonitor, readEventLoopMonitor } from '../validity/event-loop-monitor.ts';
import { ValidityWatch } from '../validity/watch.ts';

/** Validity monitor of the generator during one run. */
export interface GeneratorWatch {
  readonly validity: ValidityWatch;
  /** Event loop statistics, one for each load thread. */
  readonly pulses: readonly SharedArrayBuffer[];
  /** Adds load threads to the monitor. */
  follow(units: readonly ThreadUnit[]): void;
  families(): readonly Family[];
}

export function watchGenerator({ runId, threads }: Pick<Plan, 'runId' | 'threads'>, clock: Clock): GeneratorWatch {
  const machine = new SystemStats(readTextFile);
  const pulses = Array.from({ length: threads }, () => allocateEventLoopMonitor());
  let units: readonly ThreadUnit[] = [];
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
  return {
    validity,
    pulses,
    follow: (opened) => void (units = opened),
    families: () => validityFamilies(runId, validity.currentValidity, validity.newest),
  };
}
