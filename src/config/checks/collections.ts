import { asObject, jobsOf, schemasOf, type Entry, type Fields } from './job-list.ts';

/** A job or a schema, as far as it names a collection. */
type Place = Readonly<Partial<Record<'database' | 'collection', unknown>>>;

/** A number of documents that a schema gives for a collection. */
interface Declaration {
  /** Of the collection, as `collectionKey` names it. */
  readonly key: string;
  readonly existing: number;
  readonly schema: Fields;
}

/** Names the collection that a job's documents are in; the same text for the same collection of the same database. */
export function collectionKey(job: Place, schema: Place | undefined): string {
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

/** Every number that the schemas of a file give, for their own collections and for those of the jobs that name them. */
export function declarationsOf(file: unknown): Declaration[] {
  const schemaOf = schemaFinder(file);
  const declare = (place: Place, schema: Fields | undefined): Declaration[] => {
    const existing = schema?.['existing'];
    if (schema === undefined || typeof existing !== 'number') return [];
    return [{ key: collectionKey(place, schema), existing, schema }];
  };
  return [
    ...schemasOf(file).flatMap(({ fields }: Entry) => declare({}, fields)),
    ...jobsOf(file).flatMap(({ fields }) => declare(fields, schemaOf(fields))),
  ];
}

/** Collections, by `collectionKey`, whose documents have an `_id` of their own: one that a template gives. */
export function collectionsWithIds(file: unknown): ReadonlySet<string> {
  const schemaOf = schemaFinder(file);
  const keyOf = (place: Place, schema: Fields | undefined): string[] => {
    const template = asObject(schema?.['schema'] ?? schema?.['template']);
    return template !== undefined && Object.hasOwn(template, '_id') ? [collectionKey(place, schema)] : [];
  };
  return new Set([
    ...schemasOf(file).flatMap(({ fields }) => keyOf({}, fields)),
    ...jobsOf(file).flatMap(({ fields }) => keyOf(fields, schemaOf(fields))),
  ]);
}

/** Documents that are in a collection before the run, by `collectionKey`; collections without a number are not in it. */
export function existingOf(file: unknown): ReadonlyMap<string, number> {
  return new Map(declarationsOf(file).map(({ key, existing }) => [key, existing]));
}
