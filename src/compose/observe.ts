import type { OpenedRun } from '../agent/opened-run.ts';
import type { Plan } from '../plan/plan.ts';
import { type PhaseListener, CurrentPhases } from '../sources/current-phases.ts';
import { openSources, type Sources } from '../sources/sources.ts';
import type { DisposableStack } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';
import { createGates, type RunGates } from './gates.ts';

/** Observation of the system under test during one run. */
export interface SystemObservation extends Pick<Sources, 'families' | 'start'> {
  /** Names of the phases. */
  readonly names: readonly string[];
  /** Bit mask of the active phases, for the load threads. */
  readonly memory: SharedArrayBuffer;
  /** Subscribes to the start and end of phases. */
  readonly follow: (listener: PhaseListener) => void;
  /** Start conditions, abort conditions and source thresholds. */
  readonly gates: RunGates;
  readonly conclude: OpenedRun['observed'];
}

/** @param abort ends the run early with a reason */
export function observe(
  plan: Plan,
  abort: (reason: string) => void,
  options: ComposeOptions,
  closers: DisposableStack,
): SystemObservation {
  const { clock, log } = options;
  const sources = openSources(plan.sources, {
    clock,
    warn: (message) => log.warn(message),
    debug: (message) => log.debug(message),
  });
  const resolutionMs = Math.max(0, ...plan.sources.map(({ intervalMs }) => intervalMs));
  const phases = new CurrentPhases(plan.phases, sources, clock, resolutionMs);
  const gates = createGates(plan, sources, abort, options);
  closers.push(() => sources.stop());
  return {
    names: phases.phases.map(({ name }) => name),
    memory: phases.memory,
    families: () => sources.families(),
    follow: (listener) => phases.follow(listener),
    async start() {
      await sources.start();
      phases.start();
      gates.start();
    },
    gates,
    async conclude(startedMs) {
      const endedMs = clock.nowMs();
      phases.stop();
      gates.end();
      await sources.stop();
      return { sources: sources.toDocument(startedMs), phases: phases.toDocument(startedMs, endedMs) };
    },
  };
}
