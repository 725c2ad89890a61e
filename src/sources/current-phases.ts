import type { Clock } from '../shared/clock.ts';
import type { SourceCondition } from '../conditions/condition.ts';
import { LoadbotError } from '../shared/errors.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import type { Watch } from './conditions/watch.ts';
import type { PhaseDocument } from './documents.ts';
import type { Sources } from './sources.ts';

/** A state of the system under test. */
export interface Phase {
  readonly name: string;
  readonly condition: SourceCondition;
}

/** Called when a phase starts or ends. `atMs` is a time of the clock. */
export type PhaseListener = (name: string, isInForce: boolean, atMs: number) => void;

/** Current phases of the system under test, derived from its sources. Load threads read them with every request. */
export class CurrentPhases {
  /** One 32-bit number, shared with the load threads: one bit per phase, the first phase in the lowest bit. */
  readonly memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly phases: readonly Phase[];
  readonly #bits = new Int32Array(this.memory);
  readonly #sources: Sources;
  readonly #clock: Clock;
  readonly #resolutionMs: number;
  readonly #changes: { readonly phase: number; readonly holds: boolean; readonly atMs: number }[] = [];
  #watches: readonly Watch[] = [];
  readonly #listeners: PhaseListener[] = [];

  /**
   * @param given phases of the workload. Those of the sources' profiles follow; on a name conflict they get their
   * source's name as a prefix.
   * @param resolutionMs longest read interval of a source
   * @throws {LoadbotError} for more phases than bits, which the workload's validation rejects
   */
  constructor(given: readonly Phase[], sources: Sources, clock: Clock, resolutionMs: number) {
    const phases = [...given];
    for (const { name, source, condition } of sources.phases) {
      const taken = phases.some((phase) => phase.name === name);
      phases.push({ name: taken ? `${source} ${name}` : name, condition });
    }
    if (phases.length > WORKLOAD_LIMITS.phases)
      throw new LoadbotError('internal', `${phases.length} phases are too many`);
    this.phases = phases;
    this.#sources = sources;
    this.#clock = clock;
    this.#resolutionMs = resolutionMs;
  }

  /** Starts to evaluate the phases. Requires the first reading of the sources. */
  start(): void {
    this.#watches = this.phases.map(({ condition }, phase) => {
      const watch = this.#sources.watch(condition, ({ holds, byMs }) => this.#set(phase, holds === true, byMs));
      if (watch.verdict().holds === true) this.#set(phase, true, this.#clock.nowMs());
      return watch;
    });
  }

  /** Reports every change from now on, as it happens. */
  follow(listener: PhaseListener): void {
    this.#listeners.push(listener);
  }

  stop(): void {
    for (const watch of this.#watches) watch.close();
  }

  /**
   * @param startedMs start of the run on its clock
   * @param endedMs end of the run on its clock
   */
  toDocument(startedMs: number, endedMs: number): readonly PhaseDocument[] {
    const toSeconds = (ms: number): number => Math.round(Math.max(0, Math.min(ms, endedMs) - startedMs)) / 1000;
    return this.phases.map(({ name }, phase) => {
      const changes = this.#changes.filter((change) => change.phase === phase);
      const spans = changes.flatMap(({ holds, atMs }, index) => {
        const untilMs = changes[index + 1]?.atMs ?? endedMs;
        return holds && untilMs > startedMs ? [[toSeconds(atMs), toSeconds(untilMs)] as const] : [];
      });
      return { name, spans, resolution_seconds: this.#resolutionMs / 1000 };
    });
  }

  #set(phase: number, holds: boolean, atMs: number): void {
    const bit = 1 << phase;
    if (holds === ((this.#bits[0]! & bit) !== 0)) return; // one element
    // A system whose state is unknown counts as being in no phase.
    this.#bits[0]! ^= bit;
    this.#changes.push({ phase, holds, atMs });
    for (const listen of this.#listeners) listen(this.phases[phase]?.name ?? '', holds, atMs);
  }
}
