import type { OpenedRun } from '../agent/opened-run.ts';
import type { Plan } from '../plan/plan.ts';
import { type PhaseListener, PhasesInForce } from '../sources/phases-in-force.ts';
import { openSources, type Sources } from '../sources/sources.ts';
import type { Closers } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';
import { createGates, type RunGates } from './gates.ts';

/** What watches the system under test during one run. */
export interface Observation extends Pick<Sources, 'families' | 'start'> {
  /** Of its phases. */
  readonly names: readonly string[];
  /** The phases in force, for the load threads. */
  readonly memory: SharedArrayBuffer;
  /** Tells of every phase that begins or ends. */
  readonly follow: (listener: PhaseListener) => void;
  /** What the sources decide about. */
  readonly gates: RunGates;
  readonly conclude: OpenedRun['observed'];
}

/** @param abort ends the run early, and says why */
export function observe(
  plan: Plan,
  abort: (reason: string) => void,
  options: ComposeOptions,
  closers: Closers,
): Observation {
  const { clock, log } = options;
  const sources = openSources(plan.sources, {
    clock,
    warn: (message) => log.warn(message),
    debug: (message) => log.debug(message),
  });
  const resolutionMs = Math.max(0, ...plan.sources.map(({ intervalMs }) => intervalMs));
  const phases = new PhasesInForce(plan.phases, sources, clock, resolutionMs);
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
