import type { JsonSchema } from '../../src/workload/json-schema.ts';
import { docComment } from './doc-comment.ts';

/** A schema, or `true`, which accepts any value. */
type Part = JsonSchema | boolean;

/** Names of the definitions of texts with `${NAME}`, and their types. */
const VARIABLES: Readonly<Record<string, string>> = {
  variable:
    '/** Text that is one variable, which is replaced before the workload is checked. */\ntype Variable = `\\${${string}}`;',
  text_with_variable:
    '/** Text with variables, such as "${RATE}/s". */\ntype TextWithVariable = `${string}\\${${string}`;',
};

/**
 * Renders the type `Workload` of a JSON Schema (that for editors, in which values may be variables): an interface for each
 * definition, with the descriptions of the schema, and base interfaces for the fields that several have. Texts with a
 * pattern are `string`; bounds of numbers are in the comments only.
 */
export function workloadTypes(schema: JsonSchema): string {
  const definitions = Object.entries(schema.definitions ?? {}) as [string, JsonSchema][];
  const bases = basesOf(definitions);
  const parts = definitions.map(([name, definition]) =>
    renderDefinition(name, definition, name === 'step' ? [...bases, stepBase(definitions)] : bases),
  );
  const main = `${docComment('A workload: a target and the jobs to run. The fields are those of the workload file; `undefined` means absent.', [], '')}export interface Workload ${renderFields(schema, '')}`;
  return `${[HEADER, ...parts, ...bases.map(renderBase), main].join('\n\n')}\n`;
}

const HEADER = `// Generated from the schema of the workload file (src/workload/schema.ts) by \`npm run docs:write\`.`;

/** Fields that several definitions have. */
interface Base {
  readonly name: string;
  readonly comment: string;
  /** The base that it extends; `undefined`: none. */
  readonly parent: string | undefined;
  readonly owners: readonly string[];
  readonly fields: Readonly<Record<string, JsonSchema>>;
}

/** Bases in the order in which a definition looks for its fields; those of jobs extend one another. */
const BASES: readonly Pick<Base, 'name' | 'comment' | 'parent'>[] = [
  { name: 'RequestFields', comment: 'Fields that define a request.', parent: undefined },
  { name: 'AnyJob', comment: 'Fields that all jobs have.', parent: undefined },
  { name: 'RequestJob', comment: 'Fields that all jobs with requests have.', parent: 'AnyJob' },
  { name: 'LoadJob', comment: 'Fields of jobs whose requests may have a pace and a duration.', parent: 'RequestJob' },
];

/** Definitions whose fields are the parts of a request. */
const REQUESTS: ReadonlySet<string> = new Set(['operation', 'step', 'inner_step']);

function basesOf(definitions: readonly (readonly [string, JsonSchema])[]): readonly Base[] {
  const jobs = definitions.filter(([name]) => name.endsWith('_job'));
  const withRequests = jobs.filter(([name]) => name !== 'sleep_job');
  const owners = [
    definitions.filter(([name]) => REQUESTS.has(name)),
    jobs,
    withRequests,
    withRequests.filter(([, { properties }]) => properties?.['duration'] !== undefined),
  ];
  const found = new Set<string>();
  return BASES.map(({ name: baseName, comment, parent }, index): Base => {
    const own = owners[index] ?? [];
    const fields = Object.entries(commonFields(own.map(([, definition]) => definition)));
    const fresh = fields.filter(([name]) => !found.has(name) || parent === undefined);
    if (index > 0) for (const [name] of fresh) found.add(name);
    const names = own.map(([name]) => name);
    return { name: baseName, comment, parent, owners: names, fields: Object.fromEntries(fresh) };
  });
}

/** The fields of a step within a group, which every step has. */
function stepBase(definitions: readonly (readonly [string, JsonSchema])[]): Base {
  const steps = definitions.filter(([name]) => name === 'step' || name === 'inner_step');
  const fields = commonFields(steps.map(([, definition]) => definition));
  return { name: 'InnerStep', comment: '', parent: undefined, owners: ['step'], fields };
}

/** Fields that all definitions have, with equal schemas; of those that are optional everywhere. */
function commonFields([first, ...others]: readonly JsonSchema[]): Record<string, JsonSchema> {
  const fields = Object.entries((first?.properties ?? {}) as Record<string, JsonSchema>);
  return Object.fromEntries(
    fields.filter(([name, field]) =>
      [first, ...others].every((one) => isSameField(one, name, field) && one?.required?.includes(name) !== true),
    ),
  );
}

function isSameField(definition: JsonSchema | undefined, name: string, field: JsonSchema): boolean {
  return JSON.stringify(definition?.properties?.[name]) === JSON.stringify(field);
}

function renderBase({ name, comment, parent, fields }: Base): string {
  const heritage = parent === undefined ? '' : ` extends ${parent}`;
  return `/** ${comment} */\ninterface ${name}${heritage} ${renderFields({ properties: fields }, '')}`;
}

function renderDefinition(name: string, definition: JsonSchema, bases: readonly Base[]): string {
  const variable = VARIABLES[name];
  if (variable !== undefined) return variable;
  const { description = '' } = definition;
  const comment = description === '' ? '' : docComment(description, [], '');
  if (definition.properties === undefined) return `${comment}type ${typeName(name)} = ${renderType(definition, '')};`;
  const { names, own } = heritageOf(name, definition, bases);
  const heritage = names.length === 0 ? '' : ` extends ${names.join(', ')}`;
  return `${comment}interface ${typeName(name)}${heritage} ${renderFields({ ...definition, properties: own }, '')}`;
}

/** The types that a definition extends, and the fields that it has beside theirs. */
function heritageOf(name: string, definition: JsonSchema, bases: readonly Base[]) {
  const fields = Object.entries((definition.properties ?? {}) as Record<string, JsonSchema>);
  const [requests, ...ofJobs] = bases;
  const isJob = name.endsWith('_job');
  const inherited = new Set<string>();
  const names: string[] = [];
  const family = ofJobs.filter(({ owners }) => owners.includes(name));
  const closest = family.at(-1);
  if (closest !== undefined) names.push(closest.name);
  for (const base of family) for (const field of Object.keys(base.fields)) inherited.add(field);
  if (requests !== undefined && (isJob || requests.owners.includes(name))) {
    const shared = fields
      .filter(([field]) => !inherited.has(field) && field in requests.fields)
      .filter(([field]) => isSameField(definition, field, requests.fields[field] ?? {}))
      .map(([field]) => field);
    for (const field of shared) inherited.add(field);
    const isWhole = shared.length === Object.keys(requests.fields).length;
    const picked = shared.map((field) => `'${field}'`).join(' | ');
    if (shared.length > 0) names.push(isWhole ? requests.name : `Pick<${requests.name}, ${picked}>`);
  }
  return { names, own: Object.fromEntries(fields.filter(([field]) => !inherited.has(field))) };
}

/** `read_job` as `ReadJob`. */
function typeName(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The fields of an object, in braces. */
function renderFields({ properties = {}, required = [] }: JsonSchema, indent: string): string {
  const inner = `${indent}  `;
  const fields = Object.entries(properties as Readonly<Record<string, Part>>).map(([name, part]) => {
    const field = typeof part === 'boolean' ? {} : part;
    const isRequired = required.includes(name);
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
    const type = renderType(field, inner);
    const optional = type === 'unknown' || isRequired ? type : `${type} | undefined`;
    return `${commentOf(field, inner)}${inner}readonly ${key}${isRequired ? '' : '?'}: ${optional};\n`;
  });
  return `{\n${fields.join('')}${indent}}`;
}

function commentOf(field: JsonSchema, indent: string): string {
  const { description, default: fallback, examples, deprecated } = field;
  if (description === undefined) return '';
  const range = rangeOf(field);
  const notes = [
    ...(range === undefined ? [] : [`Range: ${range}.`]),
    ...(deprecated === true ? ['@deprecated It has no effect.'] : []),
    ...(fallback === undefined ? [] : [`@default ${JSON.stringify(fallback)}`]),
    ...(Array.isArray(examples) ? examples.slice(0, 1).map((one) => `@example ${JSON.stringify(one)}`) : []),
  ];
  return docComment(description, notes, indent);
}

/** The range of a number, as in `1 to 64`. */
function rangeOf(field: JsonSchema): string | undefined {
  const number = [field, ...(field.anyOf ?? [])].find(({ type }) => type === 'integer' || type === 'number');
  if (number === undefined) return undefined;
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = number;
  const from = minimum === undefined ? exclusiveMinimum !== undefined && `above ${exclusiveMinimum}` : `${minimum}`;
  const isOpen = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  const to = isOpen ? exclusiveMaximum !== undefined && `below ${exclusiveMaximum}` : `${maximum}`;
  if (from === false) return to === false ? undefined : `up to ${to}`;
  return to === false ? `${/^\d/.test(from) ? 'from ' : ''}${from}` : `${from} to ${to}`;
}

function renderType(part: Part, indent: string): string {
  if (typeof part === 'boolean') return 'unknown';
  const { $ref, allOf, anyOf, oneOf, enum: values, type } = part;
  if ($ref !== undefined) return typeName($ref.split('/').at(-1) ?? '');
  if (allOf !== undefined) return allOf.map((one) => renderType(one as Part, indent)).join(' & ');
  const branches = anyOf ?? (part.properties === undefined ? oneOf : undefined);
  if (branches !== undefined) return renderUnion(branches, indent);
  if ('const' in part) return JSON.stringify(part.const);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(type)) return type.map((one) => renderType({ ...part, type: one }, indent)).join(' | ');
  if (type === 'array') return `readonly (${renderType((part.items ?? true) as Part, indent)})[]`;
  if (type === 'object') return renderObject(part, indent);
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' || type === 'boolean' || type === 'null' ? type : 'unknown';
}

function renderObject(part: JsonSchema, indent: string): string {
  if (part.properties !== undefined) return renderFields(part, indent);
  const values = renderType(part.additionalProperties ?? true, indent);
  return `{ readonly [name: string]: ${values} }`;
}

/**
 * A union without repetitions. A field whose value is one constant selects an alternative for TypeScript, so it has no
 * variables, which workloads of code do not need.
 */
function renderUnion(branches: readonly Part[], indent: string): string {
  const isConstant = branches.some((one) => typeof one === 'object' && 'const' in one);
  const types = new Set(branches.flatMap((one) => flatUnion(one, indent)));
  if (types.has('unknown')) return 'unknown';
  if (types.has('string') || isConstant) for (const name of Object.keys(VARIABLES)) types.delete(typeName(name));
  // A text that is one of several constants adds nothing to any text.
  return [...types].filter((type) => !types.has('string') || !type.startsWith('"')).join(' | ');
}

function flatUnion(part: Part, indent: string): readonly string[] {
  const nested =
    typeof part === 'object' ? (part.anyOf ?? (part.properties === undefined ? part.oneOf : undefined)) : undefined;
  return nested === undefined ? [renderType(part, indent)] : nested.flatMap((one) => flatUnion(one as Part, indent));
}
