import type { Finding } from '../finding.ts';
import type { Path } from '../path.ts';
import { didYouMean } from '../suggest.ts';
import { TAG_NAMES, TEMPLATE_TAGS } from '../template-tags.ts';
import { jobsOf, schemasOf, type Fields } from './job-list.ts';
import { schemaOf, templateOf } from './schemas.ts';

const TAG = /##|#([A-Za-z_]\w*)(\([^)]*\)?)?/g;
const WELL_FORMED = /^#(id|string|uuid|now|int\(\s*-?\d+\s*,\s*-?\d+\s*\))$/;

/** Everything in document templates and filters that looks like a tag must be one: otherwise it would be sent as text. */
export function checkTags(file: unknown): Finding[] {
  const templates = schemasOf(file).flatMap(({ path, fields }) => {
    const key = fields['schema'] === undefined ? 'template' : 'schema';
    return checkValue(fields[key], [...path, key], []);
  });
  const filters = jobsOf(file).flatMap(({ path, fields }) => checkFilter(file, fields, [...path, 'filter']));
  return [...templates, ...filters];
}

/** The field that a filter's text `#name` stands for, if the schema saves one of that name. */
export function savedField(text: unknown, schema: Fields | undefined): string | undefined {
  const saved: unknown = schema?.['save'];
  const name = typeof text === 'string' ? text.replace(/^#/, '') : undefined;
  return name !== undefined && text !== name && Array.isArray(saved) && saved.includes(name) ? name : undefined;
}

function checkFilter(file: unknown, job: Fields, path: Path): Finding[] {
  const schema = schemaOf(file, job);
  // A schema that does not exist is told elsewhere; what it would have saved is not known.
  if (schema === undefined && (job['schema'] ?? job['template']) !== undefined) return [];
  const saved: string[] = Array.isArray(schema?.['save']) ? schema['save'].map(String) : [];
  return Object.entries(templateFields(job['filter'])).flatMap(([field, template]) => {
    const name = savedField(template, schema);
    // A tag that is also the name of a saved field keeps its meaning in other fields.
    if (name === undefined || (name !== field && TAG_NAMES.includes(`#${name}`))) {
      return checkValue(template, [...path, field], saved);
    }
    if (name === field && templateOf(schema ?? {})?.[name] !== undefined) return [];
    const message = `\`#${name}\` stands for the saved field \`${name}\` and can only be looked for in it`;
    return [{ path: [...path, field], message, hint: `write "${name}": "#${name}"` }];
  });
}

function templateFields(filter: unknown): Fields {
  return typeof filter === 'object' && filter !== null && !Array.isArray(filter) ? (filter as Fields) : {};
}

/** @param saved names that a filter may use as tags, for suggestions */
function checkValue(value: unknown, path: Path, saved: readonly string[]): Finding[] {
  if (typeof value === 'string') return checkText(value, path, saved);
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) => checkValue(item, [...path, isList ? Number(key) : key], saved));
}

function checkText(text: string, path: Path, saved: readonly string[]): Finding[] {
  return [...text.matchAll(TAG)].flatMap(([tag, name]) => {
    if (name === undefined || WELL_FORMED.test(tag)) return [];
    const form = TEMPLATE_TAGS[TAG_NAMES.indexOf(`#${name}`)];
    // A name that takes no arguments may be followed by a bracket that is text: `#id (old)` is, `#id(old)` hardly.
    if (form !== undefined) return [{ path, message: `\`${tag}\` is no tag`, hint: `it is written ${form}` }];
    const names = [...TAG_NAMES, ...saved.map((field) => `#${field}`)];
    const hint = didYouMean(`#${name}`, names) ?? `tags: ${TEMPLATE_TAGS.join(' ')}; \`##\` is a plain #`;
    return [{ path, message: `\`#${name}\` is not a known tag`, hint }];
  });
}
