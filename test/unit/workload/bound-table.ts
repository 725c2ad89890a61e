import { WORKLOAD_LIMITS } from '../../../src/shared/bounds.ts';
import { formatCount } from '../../../src/shared/units.ts';

type BoundName = keyof typeof WORKLOAD_LIMITS;

/** Name of each bound in the documentation. */
const ROWS: Readonly<Record<BoundName, string>> = {
  workloadBytes: 'size of the workload file, with its includes',
  resultBytes: 'size of a result file',
  resultContainers: 'objects and lists in a result file',
  resultFields: 'fields of all objects in a result file',
  levels: 'objects and lists within one another, also in a row of NDJSON',
  values: 'values in the file, with its includes, an alias of YAML counted as often as it is used',
  jobs: 'jobs, those of parallel groups included',
  threads: '`threads`',
  includes: 'files that a workload includes, directly and indirectly',
  includeLevels: 'levels of files that include each other',
  schemas: '`schemas`',
  feeders: '`feeders`',
  sources: '`sources`',
  phases: '`phases`, those of profiles included',
  thresholds: '`thresholds` in one list',
  allThresholds: '`thresholds` of the workload and all jobs',
  pushTargets: '`metrics_export_targets`',
  labels: '`labels`, `drop_labels`',
  headers: '`headers` in one place',
  matches: '`match` of a source',
  stages: '`stages` of a job',
  indexes: '`indexes` of a job',
  savedFields: '`save` of a schema',
  savedLevels: 'levels of a saved field: `address.city` has two',
  nameCharacters: 'characters of a name, a `database`, a `collection` or a saved field',
  urlCharacters: 'characters of a URL, a `connection_string` or a path of a file',
  expressionCharacters: 'characters of a condition, a threshold or a query',
  conditionTerms: 'comparisons in a condition',
  conditionLevels: 'brackets and `not` within one another in a condition',
  patternCharacters: 'characters of a regular expression',
  patternInstructions: 'instructions of a compiled regular expression: `x{1000}` has 1000',
  certificateBytes: 'size of a file with certificates or a key',
  bulkBytes: 'documents of a bulk request, or any document for MongoDB, as JSON',
  feederBytes: "size of a feeder's file",
  bodyFileBytes: 'size of a file in `http.body_file` or a part of `http.multipart`',
  bodyFields: 'fields of `http.form` or parts of `http.multipart`',
  hosts: '`targets`, `connect_to`, `local_addresses`',
  recordedLogBytes: 'size of an access log in `requests_from`',
  recordedFileBytes: 'size of another file in `requests_from`',
  recordedRequests: 'requests of a file in `requests_from`, after `sample`',
  recordedBodyBytes: 'size of a body in `requests_from`',
  recordedNames: 'names of requests in `requests_from`; the rest is `other`',
  recordedOperations: 'combinations of method, name and headers in `requests_from`',
  feederColumns: 'columns of a feeder',
  feederRowBytes: 'size of a row of a feeder',
};

/** The table of bounds as docs/workload.md has it. */
export function boundTable(): string {
  const rows = Object.entries(ROWS).map(([name, what]) => {
    const bound = WORKLOAD_LIMITS[name as BoundName];
    return `| ${what} | ${name.endsWith('Bytes') ? `${bound / 1024 ** 2} MiB` : formatCount(bound)} |`;
  });
  return ['| bound | at most |', '| --- | --- |', ...rows].join('\n');
}
