import type { OpenedRun } from '../agent/run.ts';
import type { Plan } from '../plan/plan.ts';
import { PhasesInForce } from '../sources/phases-in-force.ts';
import { openSources, type Sources } from '../sources/sources.ts';
import type { Closers } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';

/** What watches the system under test during one run. */
export interface Observation extends Pick<Sources, 'families' | 'start'> {
  /** Of its phases. */
  readonly names: readonly string[];
  /** The phases in force, for the load threads. */
  readonly memory: SharedArrayBuffer;
  readonly conclude: OpenedRun['observed'];
}

export function observe(plan: Plan, { clock, log }: ComposeOptions, closers: Closers): Observation {
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
