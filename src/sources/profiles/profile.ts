import type { ProfileName } from '../../plan/source-plan.ts';

/** A documented family. */
export interface ProfileFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  /** Without `le` and `quantile`, which are part of the type. */
  readonly labels: readonly string[];
}

/** A state of work in progress. */
interface ProfilePhase {
  readonly name: string;
  /** A condition: see core/condition. */
  readonly condition: string;
  readonly meaning: string;
}

/** Metrics of a system, as plain data. */
export interface Profile {
  readonly name: ProfileName;
  /** Human-readable name of the system. */
  readonly system: string;
  readonly families: readonly ProfileFamily[];
  /** Prefix of the exposed names that the documentation omits; both spellings match. */
  readonly prefix?: string;
  /** Names of the system's own families: an undocumented one of these is reported. Absent: unknown. */
  readonly own?: RegExp;
  /** Whether it describes a runtime, which can appear together with any system. */
  readonly ofRuntime?: boolean;
  /** Whether series may have additional labels: those of the host, or those that the user adds. */
  readonly moreLabels?: boolean;
  readonly phases: readonly ProfilePhase[];
  /** Selectors of counters that increase on failures. */
  readonly failures: readonly string[];
  /** Selectors of counters whose rate is plotted. */
  readonly rates: readonly string[];
}
