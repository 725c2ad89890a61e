import type { ImportNode } from '../request-files/import-node.ts';
import { asTemplate, withoutMarks } from '../request-files/template-text.ts';

/** Most values of one example, and of all: schemas refer to each other, and may grow exponentially. */
const MOST_VALUES = 1000;
const MOST_VALUES_OF_ALL = 50_000;
/** Most levels of an example. */
const MOST_LEVELS = 12;

/** Builds examples of the schemas of an OpenAPI document: given values, or template tags by type. */
export class SchemaExamples {
  readonly #root: ImportNode;
  #left = MOST_VALUES;
  #leftOfAll = MOST_VALUES_OF_ALL;

  constructor(root: ImportNode) {
    this.#root = root;
  }

  /** Follows references within the document; other references have no value. */
  resolve(node: ImportNode): ImportNode {
    let found = node;
    for (let steps = 0; steps < MOST_LEVELS; steps++) {
      const reference = found.field('$ref').text();
      if (reference === undefined) return found;
      found = this.#root;
      for (const part of reference.replace(/^#\/?/, '').split('/')) {
        found = found.field(decodePointer(part));
      }
    }
    return found;
  }

  /**
   * A value for a parameter or the content of a body: its example, or one of its schema.
   * @returns `undefined` without both
   */
  exampleOf(holder: ImportNode): unknown {
    const given = this.#givenExample(holder);
    this.#left = Math.min(MOST_VALUES, this.#leftOfAll);
    return given === undefined ? this.#ofSchema(holder.field('schema'), 0) : given;
  }

  /** Whether the author has given a value. */
  hasExample(holder: ImportNode): boolean {
    return (
      this.#givenExample(holder) !== undefined || this.#givenExample(this.resolve(holder.field('schema'))) !== undefined
    );
  }

  #givenExample(holder: ImportNode): unknown {
    const { value: example } = holder.field('example');
    if (example !== undefined) return literal(example);
    const examples = holder.field('examples');
    const [first] = Array.isArray(examples.value)
      ? examples.items().map((item) => item.value)
      : examples.entries().map(([, node]) => this.resolve(node).field('value').value);
    return first === undefined ? undefined : literal(first);
  }

  #ofSchema(given: ImportNode, level: number): unknown {
    const schema = this.resolve(given);
    this.#leftOfAll--;
    if (--this.#left < 0 || level > MOST_LEVELS || !schema.isObject) return level === 0 ? undefined : null;
    const own =
      this.#givenExample(schema) ?? literal(schema.field('const').value) ?? literal(schema.field('default').value);
    if (own !== undefined) return own;
    const choices = schema
      .field('enum')
      .items()
      .map((item) => item.value);
    if (choices.length > 0) return pickOf(choices);
    const all = schema.field('allOf').items();
    if (all.length > 0) {
      const parts = [...all, schema].map((part) =>
        part === schema ? this.#ofProperties(schema, level) : this.#ofSchema(part, level + 1),
      );
      return Object.assign({}, ...parts.filter((part) => typeof part === 'object' && part !== null));
    }
    const [one] = [...schema.field('oneOf').items(), ...schema.field('anyOf').items()];
    if (one !== undefined) return this.#ofSchema(one, level + 1);
    const type = typeOf(schema);
    if (type === 'object') return this.#ofProperties(schema, level);
    if (type === 'array') {
      const item = this.#ofSchema(schema.field('items'), level + 1);
      return item === null || item === undefined ? [] : [item];
    }
    return tagOf(type, schema);
  }

  #ofProperties(schema: ImportNode, level: number): unknown {
    return Object.fromEntries(
      schema
        .field('properties')
        .entries()
        .filter(([, property]) => this.resolve(property).field('readOnly').value !== true)
        .map(([name, property]) => [name, this.#ofSchema(property, level + 1)]),
    );
  }
}

/** A value of the document: its text has no tags. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return withoutMarks(value);
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  return JSON.parse(withoutMarks(text));
}

function decodePointer(part: string): string {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function typeOf(schema: ImportNode): string {
  const { value } = schema.field('type');
  const type = Array.isArray(value) ? value.find((one: unknown) => one !== 'null') : value;
  if (typeof type === 'string') return type;
  return schema.field('properties').isObject ? 'object' : schema.field('items').isObject ? 'array' : 'string';
}

function pickOf(choices: readonly unknown[]): unknown {
  const isPickable = choices.every((choice) => typeof choice === 'string' && /^[\w .-]{1,100}$/.test(choice));
  return isPickable && choices.length > 1 ? asTemplate(`#pick(${choices.join(',')})`) : choices[0];
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: '#uuid',
  email: '#email',
  'date-time': '#now',
  date: '#date',
  password: '#password',
  byte: '#bytes(12)',
};

/** A tag by type and format. */
function tagOf(type: string, schema: ImportNode): unknown {
  if (type === 'boolean') return asTemplate('#bool');
  if (type === 'null') return null;
  if (type === 'integer' || type === 'number') {
    const least = boundOf(schema, 'minimum') ?? 1;
    const most = Math.max(least, boundOf(schema, 'maximum') ?? least + 999);
    return asTemplate(
      type === 'integer' ? `#int(${Math.ceil(least)},${Math.floor(most)})` : `#float(${least},${most},2)`,
    );
  }
  const format = schema.field('format').text() ?? '';
  const tag = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (tag !== undefined) return asTemplate(tag);
  if (format === 'uri' || format === 'url') return 'https://example.com/';
  const most = boundOf(schema, 'maxLength') ?? 16;
  const length = Math.max(1, boundOf(schema, 'minLength') ?? 0, Math.min(most, 16));
  return asTemplate(length > 1024 ? '#string' : `#string(${length})`);
}

/** A bound that a tag can have: a whole or decimal number without exponent. */
function boundOf(schema: ImportNode, name: string): number | undefined {
  const { value } = schema.field(name);
  return typeof value === 'number' && Math.abs(value) < 1e15 && /^-?\d+(?:\.\d+)?$/.test(String(value))
    ? value
    : undefined;
}
