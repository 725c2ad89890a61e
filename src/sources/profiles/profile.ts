import type { ProfileName } from '../../core/source-plan.ts';

/** A family that a system's documentation names. */
export interface ProfileFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  /** Without `le` and `quantile`, which come with the type. */
  readonly labels: readonly string[];
}

/** Something that a system can be in the middle of. */
interface ProfilePhase {
  readonly name: string;
  /** A condition: see core/condition. */
  readonly condition: string;
  readonly meaning: string;
}

/** What is known about a system's metrics. Data alone. */
export interface Profile {
  readonly name: ProfileName;
  /** The system, for people. */
  readonly system: string;
  readonly families: readonly ProfileFamily[];
  /** What a live endpoint puts in front of every name, where the documentation leaves it out; either spelling counts. */
  readonly prefix?: string;
  /** Names of families that are the system's own: one of these that is not documented is news. Absent: nobody can tell. */
  readonly own?: RegExp;
  /** Whether it describes a runtime, which systems of all kinds have beside their own. */
  readonly ofRuntime?: boolean;
  /** Whether series may carry more labels than documented: those of the host, or what the user adds. */
  readonly moreLabels?: boolean;
  readonly phases: readonly ProfilePhase[];
  /** Selectors of counters that rise when something has failed. */
  readonly failures: readonly string[];
  /** Selectors of counters whose rate is worth a plot. */
  readonly rates: readonly string[];
}
