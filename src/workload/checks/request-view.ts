import type { Path } from '../diagnostics.ts';
import { asObject, jobsOf, operationsOf, type ConfigObject, type Fields } from './job-list.ts';
import { schemaOf, templateOf } from './schemas.ts';
import { savedFieldsOf } from './tags.ts';

/** One kind of request that a job sends, with the settings of the workload and the job merged in. */
export interface RequestView {
  readonly path: Path;
  readonly type: string;
  /** Own fields, and for an operation the fields inherited from its mixed job. */
  readonly fields: Fields;
  readonly http: Fields;
  /** The document template of its schema. */
  readonly document: Fields;
  /** Fields of the document that its templates may name. */
  readonly saved: readonly string[];
  /** Whether the request is HTTP. */
  readonly isHttp: boolean;
}

/** An object of the file with request fields, and the requests that use them. */
export interface RequestHolder extends ConfigObject {
  /** All requests of a job, or the single request of an operation. */
  readonly requests: readonly RequestView[];
}

/** Fields that the operations of a mixed job inherit. */
const INHERITED = ['data_size', 'batch_size', 'filter', 'keys', 'read_first'] as const;

/** Lists all objects with request fields. */
export function requestHolders(file: unknown, isHttp: boolean): RequestHolder[] {
  return jobsOf(file).flatMap((job) => holdersOf(file, job, isHttp));
}

function holdersOf(file: unknown, job: ConfigObject, isHttp: boolean): RequestHolder[] {
  const { fields } = job;
  if (fields['type'] === 'sleep') return [];
  const schema = schemaOf(file, fields) ?? {};
  const shared = { document: templateOf(schema) ?? {}, saved: savedFieldsOf(schema), isHttp };
  const http = { ...asObject(asObject(file)?.['http']), ...asObject(fields['http']) };
  const viewOf = (entry: ConfigObject, own: Partial<RequestView>): RequestView => {
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
