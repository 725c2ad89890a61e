import { asObject, jobsOf, schemasOf, type ConfigObject, type Fields } from './job-list.ts';

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
export function schemaFinder(file: unknown): (job: Fields) => Fields | undefined {
  const byName = new Map<unknown, Fields>();
  for (const { fields } of schemasOf(file)) if (!byName.has(fields['name'])) byName.set(fields['name'], fields);
  return (job) => {
    const name = job['schema'] ?? job['template'];
    return name === undefined ? undefined : byName.get(name);
  };
}

/** Lists the `existing` counts of all schemas, for the schema's collection and for those of the jobs that use it. */
export function listDeclarations(file: unknown): Declaration[] {
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
