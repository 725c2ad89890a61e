import type { DriverName } from '../../core/target.ts';
import type { Path } from '../path.ts';
import { asObject, jobsOf, operationsOf, type Entry, type Fields } from './job-list.ts';
import { schemaOf, templateOf } from './schemas.ts';
import { savedBy } from './tags.ts';

/** One kind of request that a job sends, with the settings of the workload and the job merged in. */
export interface RequestView {
  readonly path: Path;
  readonly type: string;
  /** Its own fields, and of a mixed job those that it takes from the job. */
  readonly fields: Fields;
  readonly http: Fields;
  /** The document template of its schema. */
  readonly document: Fields;
  /** Fields of the document that its templates may name. */
  readonly saved: readonly string[];
  readonly driver: DriverName;
}

/** A place in the file that gives fields of requests, and the requests that take them. */
export interface RequestHolder extends Entry {
  /** All requests of the job, or the one of an operation. */
  readonly requests: readonly RequestView[];
}

/** Fields that the operations of a mixed job take from the job. */
const INHERITED = ['data_size', 'batch_size', 'filter', 'keys', 'read_first'] as const;

/** All places that give fields of requests. */
export function requestHolders(file: unknown, driver: DriverName): RequestHolder[] {
  return jobsOf(file).flatMap((job) => holdersOf(file, job, driver));
}

function holdersOf(file: unknown, job: Entry, driver: DriverName): RequestHolder[] {
  const { fields } = job;
  if (fields['type'] === 'sleep') return [];
  const schema = schemaOf(file, fields) ?? {};
  const shared = { document: templateOf(schema) ?? {}, saved: savedBy(schema), driver };
  const http = { ...asObject(asObject(file)?.['http']), ...asObject(fields['http']) };
  const viewOf = (entry: Entry, own: Partial<RequestView>): RequestView => {
    return { ...shared, ...entry, type: String(entry.fields['type']), http, ...own };
  };
  if (fields['type'] !== 'mixed') return [{ ...job, requests: [viewOf(job, {})] }];
  const inherited = Object.fromEntries(INHERITED.map((name) => [name, fields[name]]));
  const views = operationsOf(job).map((operation) =>
    viewOf(operation, {
      fields: { ...inherited, ...operation.fields },
      http: { ...http, ...asObject(operation.fields['http']) },
    }),
  );
  const operations = operationsOf(job).map((operation, index) =>
    Object.assign({}, operation, { requests: [views[index]!] }),
  );
  const byWeight = Object.keys(asObject(fields['mixed']) ?? {}).map((type) => viewOf(job, { type, fields: inherited }));
  return [{ ...job, requests: [...views, ...byWeight] }, ...operations];
}
