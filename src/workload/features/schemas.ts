import { z } from 'zod';
import { listNames } from '../../shared/text.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, jobsOf, operationsOf, schemasOf, type ConfigObject, type Fields } from '../entries.ts';
import { didYouMean } from '../suggest.ts';
import { optional, required, integer, text } from '../values.ts';

/** Keeps the count of existing and written documents below 2^53, the largest exact integer. */
const MAX_EXISTING = 1e12;

const template = z.record(z.string(), z.unknown());
const notes = {
  description: 'The document, with [template tags](#template-tags) in its texts.',
  examples: [{ _id: '#id', name: '#string', age: '#int(18,99)' }],
};

/** An entry of `schemas`: template and location of documents. */
export const documentSchema = z
  .strictObject({
    name: required(text, { description: 'Name that jobs refer to; unique in the file.', examples: ['user'] }),
    database: optional(text, {
      description: 'Default database of jobs. Not used over HTTP.',
      without: 'none',
      examples: ['load_test'],
    }),
    collection: optional(text, {
      description: 'Default collection, table or resource of jobs.',
      without: 'each job sets one',
      examples: ['users'],
    }),
    schema: optional(template, { ...notes, without: 'given as `template`' }),
    template: optional(template, { ...notes, description: 'Alias of `schema`.', without: 'given as `schema`' }),
    existing: optional(integer(0, MAX_EXISTING), {
      description:
        'Number of documents that an earlier run wrote to the collection with this schema, 0 to 1000000000000: reads and updates select from them, writes continue after them. Use 0 for the run that writes them. See [Existing documents](#existing-documents).',
      without: 'the collection is empty, or its documents are not used',
      examples: [10_000],
    }),
    save: optional(z.array(text), {
      description:
        'Fields that requests may refer to as `#field`, to find documents written earlier; `address.city` for a nested field.',
      default: [],
      examples: [['name', 'address.city']],
    }),
  })
  .meta({
    id: 'schema',
    description: 'A document template and the location of its documents.',
    oneOf: [{ required: ['schema'] }, { required: ['template'] }],
  });

/** An entry of `schemas`, before defaults. */
export type DocumentEntry = z.infer<typeof documentSchema>;

/** Checks that jobs refer to existing, unique schemas and have a collection. */
export function checkSchemas(file: unknown): PathDiagnostic[] {
  return [...checkEntries(schemasOf(file)), ...jobsOf(file).flatMap((job) => checkJob(file, job))];
}

/** Document template of an entry of `schemas`, from either of its two field names. */
export function templateOf(schema: Fields): Fields | undefined {
  return asObject(schema['schema'] ?? schema['template']);
}

/** Cache of the entries of `schemas` by name, one map per file: thousands of jobs may look one up. */
const known = new WeakMap<object, ReadonlyMap<unknown, Fields>>();

/** Entry of `schemas` that a job refers to, with either of the two field names. */
export function schemaOf(file: unknown, job: Fields): Fields | undefined {
  const name = job['schema'] ?? job['template'];
  const root = asObject(file);
  if (name === undefined || root === undefined) return undefined;
  return schemasByName(root).get(name);
}

function schemasByName(root: Fields): ReadonlyMap<unknown, Fields> {
  const byName = known.get(root) ?? readSchemas(root);
  known.set(root, byName);
  return byName;
}

function readSchemas(root: Fields): ReadonlyMap<unknown, Fields> {
  const entries = schemasOf(root).map(({ fields }) => [fields['name'], fields] as const);
  return new Map(entries.toReversed()); // the first of a name wins
}

function checkEntries(entries: readonly ConfigObject[]): PathDiagnostic[] {
  const seen = new Set<unknown>();
  return entries.flatMap(({ path, fields }) => {
    const findings: PathDiagnostic[] = [...twoNames(fields, path)];
    const { name } = fields;
    if (typeof name === 'string' && seen.has(name)) {
      findings.push({ path: [...path, 'name'], message: `there are two schemas named "${name}"`, hint: 'rename one' });
    }
    seen.add(name);
    if (fields['schema'] === undefined && fields['template'] === undefined) {
      findings.push({ path, message: '`schema` is missing: the template of the documents' });
    }
    return [...findings, ...checkSaved({ path, fields })];
  });
}

function checkSaved({ path, fields }: ConfigObject): PathDiagnostic[] {
  const template = templateOf(fields) ?? {};
  const known = Object.keys(template);
  const saved: unknown[] = Array.isArray(fields['save']) ? fields['save'] : [];
  return saved.flatMap((name, index) =>
    typeof name !== 'string' || hasField(template, name)
      ? []
      : [
          {
            path: [...path, 'save', index],
            message: `the schema has no field "${name}"`,
            hint: didYouMean(name, known),
          },
        ],
  );
}

/** Whether a template has the field, which may be nested: `address.city`. */
function hasField(template: Fields, name: string): boolean {
  if (Object.hasOwn(template, name)) return true;
  const [first = '', ...further] = name.split('.');
  const inner = asObject(template[first]);
  return inner !== undefined && further.length > 0 && hasField(inner, further.join('.'));
}

function checkJob(file: unknown, { path, fields }: ConfigObject): PathDiagnostic[] {
  const findings = twoNames(fields, path);
  const key = fields['schema'] === undefined ? 'template' : 'schema';
  const name = fields[key];
  const schema = schemaOf(file, fields);
  if (typeof name === 'string' && schema === undefined) {
    const names = schemaNames(file);
    const hint = didYouMean(name, names) ?? (names.length > 0 ? `schemas: ${listNames(names)}` : undefined);
    findings.push({ path: [...path, key], message: `there is no schema "${name}"`, hint });
  } else if (
    needsCollection(file, { path, fields }) &&
    (fields['collection'] ?? schema?.['collection']) === undefined
  ) {
    findings.push({
      path,
      message: 'the job has no collection',
      hint: 'give `collection`, a `schema` that has one, or the request itself with `http: { "path": ... }`, `sql` or `command`',
    });
  }
  return findings;
}

function schemaNames(file: unknown): string[] {
  return [...schemasByName(asObject(file) ?? {}).keys()].filter((name) => typeof name === 'string').toReversed();
}

/** Whether a request of the job depends on a collection. */
function needsCollection(file: unknown, job: ConfigObject): boolean {
  const { type } = job.fields;
  if (typeof type !== 'string' || type === 'sleep' || job.fields['requests_from'] !== undefined) return false;
  if (hasPath(asObject(file)) || saysRequest(job.fields)) return false;
  const operations = operationsOf(job);
  const isPlain = type !== 'scenario' && operations.length === 0;
  return isPlain || !operations.every(({ fields }) => saysRequest(fields));
}

function saysRequest(fields: Fields): boolean {
  return hasPath(fields) || fields['sql'] !== undefined || fields['command'] !== undefined;
}

function hasPath(holder: Fields | undefined): boolean {
  return asObject(holder?.['http'])?.['path'] !== undefined;
}

function twoNames(fields: Fields, path: ConfigObject['path']): PathDiagnostic[] {
  if (fields['schema'] === undefined || fields['template'] === undefined) return [];
  const message = '`template` is an alias of `schema`: both are given';
  return [{ path: [...path, 'template'], part: 'key', message, hint: 'keep one of the two' }];
}
