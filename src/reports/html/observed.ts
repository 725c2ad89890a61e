import type { ResultDocument } from '../result-document.ts';

/** What a run saw of the system under test. */
export interface Observed {
  readonly sources: readonly ObservedSource[];
  readonly phases: readonly ObservedPhase[];
}

export interface ObservedSource {
  readonly name: string;
  readonly url: string;
  readonly profile: string | null;
  readonly calls: number;
  readonly failures: number;
  readonly series: readonly ObservedSeries[];
}

export interface ObservedSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since the run's start, and the value then. */
  readonly points: readonly (readonly [seconds: number, value: number | null])[];
}

export interface ObservedPhase {
  readonly name: string;
  /** When it was in force, in seconds since the run's start. */
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/** The parts of a result that are only there when a run watches sources. */
export function observedOf(document: ResultDocument): Observed {
  const { sources, phases }: Partial<Observed> & ResultDocument = document;
  return { sources: sources ?? [], phases: phases ?? [] };
}
