const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Limits of a workload and its files; used by checks, messages and documentation. A workload within the limits is read
 * and planned in seconds; one that exceeds them is rejected before any work that grows with its size.
 */
export const WORKLOAD_LIMITS = {
  /** Bytes of a workload file. */
  workloadBytes: 4 * MIB,
  /** Bytes of a result file. */
  resultBytes: 256 * MIB,
  /** Objects and lists in a result file. */
  resultContainers: 4_000_000,
  /** Fields of all objects in a result file. */
  resultFields: 8_000_000,
  /** Nesting levels of objects and lists. */
  levels: 200,
  /** Values of all kinds in a workload file, after YAML aliases are resolved. */
  values: 500_000,
  /** Jobs, including those of parallel groups. */
  jobs: 10_000,
  /** Load threads: each takes 25 MB, and a core for a quarter of a second to start. */
  threads: 64,
  /** Files that a workload includes. */
  includes: 100,
  /** Levels of files that include each other. */
  includeLevels: 8,
  schemas: 1000,
  feeders: 100,
  sources: 100,
  /** Phases of the system under test, including those of profiles: one bit each. */
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
  /** Characters of a URL or connection string. */
  urlCharacters: 8 * KIB,
  /** Characters of a condition, threshold or query. */
  expressionCharacters: 10_000,
  /** Comparisons and `absent()` in one condition. */
  conditionTerms: 100,
  /** Nesting levels of brackets and `not` in a condition. */
  conditionLevels: 50,
  /** Characters of a regular expression. */
  patternCharacters: 1000,
  /** Instructions of a compiled regular expression; each repetition of `x{1000}` is one. */
  patternInstructions: 2000,
  /** Bytes of a file with certificates or a key. */
  certificateBytes: MIB,
  /**
   * Bytes of the documents of one bulk request, as JSON. MongoDB's library and server take commands of 16 MiB, each document
   * of which costs some bytes beside its JSON; MariaDB's default packet has 16 MiB.
   */
  bulkBytes: 12 * MIB,
  /** Bytes of a feeder's file. */
  feederBytes: 64 * MIB,
  /** Bytes of a file that is a request body, or a part of one. */
  bodyFileBytes: 256 * MIB,
  /** Fields of one form or multipart body. */
  bodyFields: 1000,
  /** Entries of `targets` and of one `connect_to` or `local_addresses`. */
  hosts: 1000,
  /** Bytes of an access log whose requests are sent: of a million lines and more. */
  recordedLogBytes: 512 * MIB,
  /** Bytes of another file whose requests are sent. */
  recordedFileBytes: 64 * MIB,
  /** Requests of one such file, after `sample`. */
  recordedRequests: 1_000_000,
  /** Bytes of the body of one of them. */
  recordedBodyBytes: 16 * MIB,
  /** Names of recorded requests; all others have one in common. */
  recordedNames: 50,
  /** Combinations of method, name, content type and names of headers among the requests of one file. */
  recordedOperations: 1000,
  /** Columns of a feeder. */
  feederColumns: 1000,
  /** Bytes of one row of a feeder. */
  feederRowBytes: MIB,
} as const;
