const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Bounds of a workload and of the files that it names: the one list that checks, messages and documentation go by. A workload
 * within them is read and planned in seconds; one beyond them is refused before any work that grows with it.
 */
export const BOUNDS = {
  /** Bytes of a workload file. */
  workloadBytes: 4 * MIB,
  /** Bytes of a result file. */
  resultBytes: 256 * MIB,
  /** Levels of objects and lists within one another. */
  levels: 200,
  /** Values of all kinds in a workload file, aliases of YAML resolved. */
  values: 500_000,
  /** Jobs, those of parallel groups included. */
  jobs: 10_000,
  schemas: 1000,
  feeders: 100,
  sources: 100,
  /** States of the system under test, profiles' included: one bit each. */
  phases: 31,
  /** Thresholds in one list. */
  thresholds: 100,
  /** Thresholds of the workload and all of its jobs. */
  allThresholds: 10_000,
  pushTargets: 20,
  /** Labels of `agent.labels` and names in `drop_labels`. */
  labels: 100,
  /** Headers in one place. */
  headers: 200,
  /** Names in `match` of a source. */
  matches: 100,
  /** Stages of one job. */
  stages: 1000,
  /** Indexes of one job. */
  indexes: 1000,
  /** Fields in one `save`. */
  savedFields: 1000,
  /** Levels of a saved field: `address.city` has two. */
  savedLevels: 16,
  /** Characters of a name: of the workload, agent, a job, schema, feeder, source, collection, database, saved field. */
  nameCharacters: 256,
  /** Characters of a URL, connection strings included. */
  urlCharacters: 8 * KIB,
  /** Characters of a condition, threshold or query. */
  expressionCharacters: 10_000,
  /** Comparisons and `absent()` in one condition. */
  conditionTerms: 100,
  /** Brackets and `not` within one another in a condition. */
  conditionLevels: 50,
  /** Characters of a regular expression. */
  patternCharacters: 1000,
  /** Instructions that a regular expression compiles to; each repetition of `x{1000}` is one. */
  patternInstructions: 2000,
  /** Bytes of a file with certificates or a key. */
  certificateBytes: MIB,
  /** Bytes of a feeder's file. */
  feederBytes: 64 * MIB,
  /** Columns of a feeder. */
  feederColumns: 1000,
  /** Bytes of one row of a feeder. */
  feederRowBytes: MIB,
} as const;
