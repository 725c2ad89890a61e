import { BODY_FIELDS } from './http/body.ts';
import { schemaOf, templateOf } from './schemas.ts';
import { savedFieldsOf } from './template-tags.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { asObject, jobsOf, operationsOf, type ConfigObject, type Fields } from '../entries.ts';

/** Why a field has no effect on a request, and what to do instead. */
type NoEffect = Pick<PathDiagnostic, 'message' | 'hint'>;

/** Request fields: the job types that have them, and the reason why one has no effect on a given request. */
const RULES: Readonly<
  Record<string, { types: readonly string[]; noEffect: (request: RequestView) => NoEffect | undefined }>
> = {
  filter: { types: ['read', 'update', 'delete'], noEffect: filterNoEffect },
  keys: { types: ['read', 'scan', 'update', 'delete'], noEffect: keysNoEffect },
  scan_length: { types: ['scan'], noEffect: scanLengthNoEffect },
  data_size: {
    types: ['write', 'bulk_write', 'update'],
    noEffect: (request) => documentNoEffect(request, 'data_size'),
  },
  batch_size: { types: ['bulk_write'], noEffect: (request) => documentNoEffect(request, 'batch_size') },
  read_first: { types: ['update'], noEffect: (request) => besideStatement(request, 'read_first') },
  indexes: { types: ['create_index'], noEffect: (request) => besideStatement(request, 'indexes') },
};

/** Reports request fields without an effect on their request: they would be ignored silently. */
export function checkEffects(file: unknown, isHttp: boolean): PathDiagnostic[] {
  return requestHolders(file, isHttp).flatMap((holder) =>
    Object.keys(RULES).flatMap((field) => checkField(holder, field)),
  );
}

function checkField({ path, fields, requests }: RequestHolder, field: string): PathDiagnostic[] {
  const rule = RULES[field];
  if (fields[field] === undefined || rule === undefined) return [];
  const at = [...path, field];
  if (field === 'filter' && requests.some(({ type }) => rule.types.includes(type)) && isEmpty(fields[field])) {
    const hint = 'leave it out: requests then use the `_id` of documents written earlier';
    return [{ path: at, message: 'is empty', hint }];
  }
  // Requests that inherit the field from this object.
  const takers = requests.filter(({ type, fields: own }) => rule.types.includes(type) && own[field] === fields[field]);
  const reasons = takers.map(rule.noEffect);
  const [first] = reasons;
  if (first === undefined || reasons.includes(undefined)) return [];
  return [{ path: at, part: 'key', ...first }];
}

function isEmpty(value: unknown): boolean {
  const object = asObject(value);
  return object !== undefined && Object.keys(object).length === 0;
}

function besideStatement({ fields }: RequestView, field: string): NoEffect | undefined {
  const statement = ['sql', 'command'].find((name) => fields[name] !== undefined);
  if (statement === undefined) return undefined;
  return {
    message: `\`${field}\` has no effect beside \`${statement}\`, which is the whole request`,
    hint: `put it into the \`${statement}\`, or leave it out`,
  };
}

function filterNoEffect(request: RequestView): NoEffect | undefined {
  const { fields, http, isHttp } = request;
  if (!isHttp || http['path'] === undefined) return besideStatement(request, 'filter');
  const names = Object.keys(asObject(fields['filter']) ?? {});
  if (names.every((name) => name === '_id') && usesKey(http)) return undefined;
  return {
    message: '`filter` has no effect beside `http.path`, which is the whole path and query',
    hint: 'write it into the path, such as "/users?name=#name"',
  };
}

function scanLengthNoEffect(request: RequestView): NoEffect | undefined {
  const { http, isHttp } = request;
  if (!isHttp || http['path'] === undefined) return besideStatement(request, 'scan_length');
  return {
    message: '`scan_length` has no effect beside `http.path`, which is the whole path and query',
    hint: 'write it into the path, such as "/users?limit=#int(1,100)"',
  };
}

function keysNoEffect(request: RequestView): NoEffect | undefined {
  if (namesDocument(request)) return undefined;
  return {
    message: '`keys` has no effect: the request does not refer to a document written earlier',
    hint: 'refer to its key (`#id`) or to a saved field, or leave `keys` out',
  };
}

/** Whether a request addresses a document that was written earlier. */
function namesDocument({ type, fields, http, saved, document, isHttp }: RequestView): boolean {
  const statement = fields['sql'] ?? fields['command'];
  const path = isHttp ? http['path'] : undefined;
  if (statement === undefined && path === undefined && fields['filter'] === undefined) return true;
  if (isHttp && usesKey(http)) return true;
  const templates = [
    statement,
    path === undefined ? fields['filter'] : path,
    isHttp ? [http['headers'], http['body'], http['form'], http['multipart']] : undefined,
    type === 'update' && statement === undefined
      ? Object.entries(document).filter(([name]) => name !== '_id')
      : undefined,
  ];
  const text = JSON.stringify(templates);
  return /[#(]_?id\b/.test(text) || saved.some((name) => text.includes(`#${name}`) || text.includes(`(${name}`));
}

/** Reason why a setting of written documents has no effect on this request. */
function documentNoEffect(request: RequestView, field: string): NoEffect | undefined {
  const { http, isHttp } = request;
  if (!isHttp) return besideStatement(request, field);
  const given = BODY_FIELDS.find((name) => http[name] !== undefined);
  if (given !== undefined) {
    return {
      message: `\`${field}\` has no effect beside \`http.${given}\`, which is the whole body`,
      hint: 'leave one of the two out',
    };
  }
  const method = typeof http['method'] === 'string' ? http['method'].toUpperCase() : '';
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  return { message: `\`${field}\` has no effect: a ${method} sends no document`, hint: 'leave it out' };
}

function usesKey(http: RequestView['http']): boolean {
  return JSON.stringify([http['path'], http['headers']]).includes('{key}');
}

/** One kind of request that a job sends, with the settings of the workload and the job merged in. */
interface RequestView {
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
interface RequestHolder extends ConfigObject {
  /** All requests of a job, or the single request of an operation. */
  readonly requests: readonly RequestView[];
}

/** Fields that the operations of a mixed job inherit. */
const INHERITED = ['data_size', 'batch_size', 'filter', 'keys', 'scan_length', 'read_first'] as const;

/** Lists all objects with request fields. */
function requestHolders(file: unknown, isHttp: boolean): RequestHolder[] {
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
  if (fields['type'] !== 'mixed' && fields['type'] !== 'scenario') return [{ ...job, requests: [viewOf(job, {})] }];
  const inherited = Object.fromEntries(INHERITED.map((name) => [name, fields[name]]));
  const views = operationsOf(job).map((operation) =>
    viewOf(operation, {
      fields: { ...inherited, ...operation.fields },
      type: String(operation.fields['type']),
      http: { ...http, ...asObject(operation.fields['http']) },
    }),
  );
  const operations = operationsOf(job).map((operation, index) =>
    Object.assign({}, operation, { requests: [views[index]!] }),
  );
  const byWeight = Object.keys(asObject(fields['mixed']) ?? {}).map((type) => viewOf(job, { type, fields: inherited }));
  return [{ ...job, requests: [...views, ...byWeight] }, ...operations];
}
