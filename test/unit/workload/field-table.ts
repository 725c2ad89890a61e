import type { TagDefinition } from '../../../src/templates/tag.ts';
import type { JsonSchema } from '../../../src/workload/json-schema.ts';
import { DURATION, POSITIVE_DURATION } from '../../../src/workload/values.ts';

/** The Markdown table of an object's fields, as the reference shows it. */
export function fieldTable(part: JsonSchema): string {
  return table(
    ['field', 'type', 'default', 'meaning', 'example'],
    Object.entries(fieldsOf(part)).map(([name, field]) => row(name, field, part)),
  );
}

/** The same for several job types at once: fields of the same meaning share a row that names their types. */
export function jobTable(jobs: Readonly<Record<string, JsonSchema>>): string {
  const types = new Map<string, { readonly cells: readonly string[]; readonly types: string[] }>();
  for (const [type, part] of Object.entries(jobs)) {
    for (const [name, field] of Object.entries(fieldsOf(part))) {
      if (name === 'type') continue;
      const cells = row(name, field, part);
      const key = cells.join('|');
      const known = types.get(key) ?? { cells, types: [] };
      known.types.push(type);
      types.set(key, known);
    }
  }
  const count = Object.keys(jobs).length;
  const ofTypes = (named: readonly string[]): string => {
    if (named.length === count) return 'all';
    return named.length === count - 1 && !named.includes('sleep') ? 'all but sleep' : named.join(' ');
  };
  const rows = [...types.values()].map(({ cells, types }) => cells.toSpliced(1, 0, ofTypes(types)));
  return table(['field', 'of type', 'type', 'default', 'meaning', 'example'], rows);
}

function row(name: string, field: JsonSchema, part: JsonSchema): string[] {
  const [meaning = '', without] = String(field.description).split(' Without it: ');
  const isRequired = (part.required ?? []).includes(name);
  const fallback = 'default' in field ? code(field.default) : (without?.replace(/\.$/, '') ?? '');
  const examples = (field.examples ?? []).map(code);
  return [`\`${name}\``, typeOf(field), isRequired ? 'required' : fallback, meaning, examples.join(', ')];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  return [head, head.map(() => '---'), ...escaped].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function fieldsOf({ properties = {} }: JsonSchema): Record<string, JsonSchema> {
  return properties as Record<string, JsonSchema>;
}

/** A value on one line, with blanks after commas and colons. */
function code(value: unknown): string {
  const lines = JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ');
  return `\`${lines.replaceAll('[ ', '[').replaceAll(' ]', ']')}\``;
}

/** The type in words: `whole number or text`, `duration`, a link to the object's own table. */
function typeOf(field: JsonSchema): string {
  if (field.enum !== undefined) return field.enum.map(code).join(' or ');
  const reference = field.$ref ?? field.allOf?.[0]?.$ref;
  if (reference !== undefined) {
    const name = reference.replace('#/definitions/', '');
    return `[${name}](#${name.replaceAll('_', '-')})`;
  }
  if (field.anyOf !== undefined) return [...new Set(field.anyOf.map((one) => typeOf(one)))].join(' or ');
  if (field.pattern === DURATION.source || field.pattern === POSITIVE_DURATION.source) return 'duration';
  if (field.type === 'array') return `list of ${typeOf(field.items as JsonSchema)}`;
  return WORDS[String(field.type)] ?? 'anything';
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

/** The Markdown table of the template tags. */
export function tagTable(notes: readonly TagDefinition[]): string {
  const rows = notes.map(({ written, type, meaning }) => [
    written.map((form) => `\`${form}\``).join(' '),
    type,
    meaning,
  ]);
  return table(['tag', 'value', 'meaning'], rows);
}
