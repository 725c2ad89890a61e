import { selectsDocuments } from '../../shared/job-type.ts';
import { splitTemplate } from '../../templates/split-template.ts';
import {
  isJobType,
  asObject,
  jobsOf,
  schemasOf,
  type ConfigObject,
  type Fields,
  operationsOf,
  stepsOf,
} from '../entries.ts';
import { savedFieldsOf } from './template-tags.ts';
import type { PathDiagnostic } from '../diagnostics.ts';

/** The fields of a job or schema that identify a collection. */
type CollectionFields = Readonly<Partial<Record<'database' | 'collection', unknown>>>;

/** An `existing` count that a schema declares for a collection. */
interface Declaration {
  /** Key of the collection, from `collectionKey`. */
  readonly key: string;
  readonly existing: number;
  readonly schema: Fields;
}

/** Builds the key of a job's collection; equal for the same collection of the same database. */
export function collectionKey(job: CollectionFields, schema: CollectionFields | undefined): string {
  return JSON.stringify([job.database ?? schema?.database ?? null, job.collection ?? schema?.collection ?? '']);
}

/** Finds the schema that a job names, in constant time. */
function schemaFinder(file: unknown): (job: Fields) => Fields | undefined {
  const byName = new Map<unknown, Fields>();
  for (const { fields } of schemasOf(file)) if (!byName.has(fields['name'])) byName.set(fields['name'], fields);
  return (job) => {
    const name = job['schema'] ?? job['template'];
    return name === undefined ? undefined : byName.get(name);
  };
}

/** Lists the `existing` counts of all schemas, for the schema's collection and for those of the jobs that use it. */
function listDeclarations(file: unknown): Declaration[] {
  const schemaOf = schemaFinder(file);
  const declare = (place: CollectionFields, schema: Fields | undefined): Declaration[] => {
    const existing = schema?.['existing'];
    if (schema === undefined || typeof existing !== 'number') return [];
    return [{ key: collectionKey(place, schema), existing, schema }];
  };
  return [
    ...schemasOf(file).flatMap(({ fields }: ConfigObject) => declare({}, fields)),
    ...jobsOf(file).flatMap(({ fields }) => declare(fields, schemaOf(fields))),
  ];
}

/** Keys (`collectionKey`) of the collections whose document template sets `_id`. */
export function collectionsWithIds(file: unknown): ReadonlySet<string> {
  const schemaOf = schemaFinder(file);
  const keyOf = (place: CollectionFields, schema: Fields | undefined): string[] => {
    const template = asObject(schema?.['schema'] ?? schema?.['template']);
    return template !== undefined && Object.hasOwn(template, '_id') ? [collectionKey(place, schema)] : [];
  };
  return new Set([
    ...schemasOf(file).flatMap(({ fields }) => keyOf({}, fields)),
    ...jobsOf(file).flatMap(({ fields }) => keyOf(fields, schemaOf(fields))),
  ]);
}

/** Number of documents before the run by `collectionKey`; only collections with a declared count. */
export function existingOf(file: unknown): ReadonlyMap<string, number> {
  return new Map(listDeclarations(file).map(({ key, existing }) => [key, existing]));
}

/**
 * Reports reads, scans, updates and deletes of documents in a collection without documents: neither `existing` nor an earlier step
 * provides any. Such a job would request the same key all the time.
 */
export function checkDocuments(file: unknown): PathDiagnostic[] {
  const declarations = listDeclarations(file);
  const findings = checkDeclarations(file, declarations);
  const steps = placeJobs(file);
  // A job with an invalid type may be an intended write.
  if (!steps.flat().every(({ job }) => isJobType(job.fields['type']))) return findings;
  const filled = new Set(declarations.filter(({ existing }) => existing > 0).map(({ key }) => key));
  const everWritten = new Set(steps.flat().flatMap(({ key, writes }) => (writes ? [key] : [])));
  for (const step of steps) {
    for (const placed of step) {
      if (filled.has(placed.key) || placed.writes) continue;
      findings.push(...checkReads(file, placed, everWritten.has(placed.key)));
    }
    for (const { job, key } of step) if (job.fields['type'] === 'drop_collection') filled.delete(key);
    for (const { key, writes } of step) if (writes) filled.add(key);
  }
  return findings;
}

/** A job with its collection. */
interface PlacedJob {
  readonly job: ConfigObject;
  readonly schema: Fields | undefined;
  /** Key of its collection, from `collectionKey`. */
  readonly key: string;
  /** Whether it adds documents. */
  readonly writes: boolean;
}

/** All jobs by step. */
function placeJobs(file: unknown): PlacedJob[][] {
  const schemaOf = schemaFinder(file);
  return stepsOf(file).map((step) =>
    step.map((job) => {
      const schema = schemaOf(job.fields);
      return { job, schema, key: collectionKey(job.fields, schema), writes: isWriter(job) };
    }),
  );
}

/** Reports schemas that declare different `existing` counts for one collection. */
function checkDeclarations(file: unknown, declarations: ReturnType<typeof listDeclarations>): PathDiagnostic[] {
  const first = new Map<string, number>();
  const differing = new Set<Fields>();
  for (const { key, existing, schema } of declarations) {
    if (existing !== (first.get(key) ?? existing)) differing.add(schema);
    if (!first.has(key)) first.set(key, existing);
  }
  return schemasOf(file)
    .filter(({ fields }) => differing.has(fields))
    .map(({ path, fields }) => ({
      path: [...path, 'existing'],
      message: `another schema of the same collection has an \`existing\` other than ${String(fields['existing'])}`,
      hint: 'give both the same number, or set it in one of them only',
    }));
}

function checkReads(file: unknown, { job, schema }: PlacedJob, isWrittenLater: boolean): PathDiagnostic[] {
  const { fields } = job;
  // A missing schema or collection is reported by another check.
  if (schema === undefined && (fields['schema'] ?? fields['template']) !== undefined) return [];
  const collection = fields['collection'] ?? schema?.['collection'];
  const documents = typeof collection === 'string' ? `documents of "${collection}"` : 'documents';
  const reason = isWrittenLater
    ? 'no earlier step writes any'
    : 'no job of this file writes any, and no schema sets `existing`';
  return requestsWithin(job)
    .filter(
      (request) =>
        selectsDocuments(request.fields['type']) &&
        aimsAtDocuments(file, request.fields, collection, savedFieldsOf(schema)),
    )
    .map(({ path, fields: { type } }) => ({
      path,
      message: `the ${String(type)} requests ${documents}, but ${reason}`,
      hint: 'write them in an earlier job, or set the number that an earlier run wrote in a schema of this collection: "existing": 10000',
    }));
}

/** Requests of a job: its operations with the inherited settings, or the job itself. */
function requestsWithin(job: ConfigObject): ConfigObject[] {
  const { fields } = job;
  if (fields['type'] !== 'mixed' && fields['type'] !== 'scenario') return [job];
  const listed = operationsOf(job);
  const own = listed.length > 0 ? listed : weighted(job);
  return own.map((operation) => ({
    path: operation.path,
    fields: {
      ...fields,
      ...operation.fields,
      http: { ...asObject(fields['http']), ...asObject(operation.fields['http']) },
    },
  }));
}

function weighted({ path, fields }: ConfigObject): ConfigObject[] {
  return Object.keys(asObject(fields['mixed']) ?? {}).map((type) => ({
    path: [...path, 'mixed', type],
    fields: { type },
  }));
}

function isWriter(job: ConfigObject): boolean {
  return requestsWithin(job).some(({ fields: { type } }) => type === 'write' || type === 'bulk_write');
}

/** Whether a request depends on the selected document, by its key or by a tag for one of its fields. */
function aimsAtDocuments(file: unknown, request: Fields, collection: unknown, saved: readonly string[]): boolean {
  const http: Fields = { ...asObject(asObject(file)?.['http']), ...asObject(request['http']) };
  const { sql, command } = request;
  const isOwn = sql !== undefined || command !== undefined || http['path'] !== undefined;
  const filter = asObject(request['filter']) ?? {};
  if (!isOwn && Object.keys(filter).length === 0) return collection !== undefined;
  const overHttp = [http['path'], http['body'], http['form'], http['multipart'], http['headers']].flatMap(textsIn);
  const texts = [sql, command, isOwn ? undefined : filter].flatMap(textsIn);
  return overHttp.some((text) => text.includes('{key}')) || [...texts, ...overHttp].some((text) => hasTag(text, saved));
}

function textsIn(template: unknown): string[] {
  if (typeof template === 'object' && template !== null) return Object.values(template).flatMap(textsIn);
  return typeof template === 'string' ? [template] : [];
}

/** Whether the template has a tag for the key or a saved field of the document. */
function hasTag(template: string, saved: readonly string[]): boolean {
  return splitTemplate(template, (name) => saved.includes(name)).some(
    (part) => part.kind === 'named' || (part.kind === 'tag' && (part.name === 'id' || part.name === '_id')),
  );
}
