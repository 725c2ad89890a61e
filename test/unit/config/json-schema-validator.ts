import type { JsonSchema } from '../../../src/config/json-schema.ts';

type Validate = (schema: unknown, value: unknown) => boolean;

/**
 * A validator of JSON Schema draft 7 for as many keywords as the workload's schema has. Any other keyword is an error,
 * so that none is passed over in silence.
 */
export function accepts(root: JsonSchema, value: unknown): boolean {
  const validate: Validate = (schema, at) => {
    if (typeof schema === 'boolean') return schema;
    return Object.entries(schema as JsonSchema).every(([keyword, argument]) => {
      if (ANNOTATIONS.has(keyword)) return true;
      if (keyword === '$ref') return validate(resolve(root, String(argument)), at);
      const check = KEYWORDS[keyword];
      if (check === undefined) throw new Error(`unknown keyword ${keyword}`);
      return check(argument, at, validate, schema as JsonSchema);
    });
  };
  return validate(root, value);
}

const ANNOTATIONS = new Set(['$schema', 'title', 'description', 'default', 'examples', 'definitions', 'deprecated']);

function resolve(root: JsonSchema, reference: string): unknown {
  const name = /^#\/definitions\/(\w+)$/.exec(reference)?.[1];
  const found = name === undefined ? undefined : (root.definitions as Fields | undefined)?.[name];
  if (found === undefined) throw new Error(`unresolved ${reference}`);
  return found;
}

type Fields = Record<string, unknown>;
type Check = (argument: unknown, value: unknown, validate: Validate, schema: JsonSchema) => boolean;

const KEYWORDS: Readonly<Record<string, Check>> = {
  type: (types, value) => [types].flat().some((type) => isOfType(value, type)),
  const: (wanted, value) => value === wanted,
  enum: (values, value) => (values as unknown[]).includes(value),
  anyOf: (schemas, value, validate) => (schemas as unknown[]).some((schema) => validate(schema, value)),
  allOf: (schemas, value, validate) => (schemas as unknown[]).every((schema) => validate(schema, value)),
  oneOf: (schemas, value, validate) => (schemas as unknown[]).filter((schema) => validate(schema, value)).length === 1,
  not: (schema, value, validate) => !validate(schema, value),
  minimum: (bound, value) => typeof value !== 'number' || value >= Number(bound),
  maximum: (bound, value) => typeof value !== 'number' || value <= Number(bound),
  exclusiveMinimum: (bound, value) => typeof value !== 'number' || value > Number(bound),
  exclusiveMaximum: (bound, value) => typeof value !== 'number' || value < Number(bound),
  pattern: (pattern, value) => typeof value !== 'string' || new RegExp(String(pattern), 'u').test(value),
  minItems: (count, value) => !Array.isArray(value) || value.length >= Number(count),
  maxItems: (count, value) => !Array.isArray(value) || value.length <= Number(count),
  items: (schema, value, validate) => !Array.isArray(value) || value.every((item) => validate(schema, item)),
  minProperties: (count, value) => !isObject(value) || Object.keys(value).length >= Number(count),
  maxProperties: (count, value) => !isObject(value) || Object.keys(value).length <= Number(count),
  required: (names, value) => !isObject(value) || (names as string[]).every((name) => Object.hasOwn(value, name)),
  propertyNames: (schema, value, validate) =>
    !isObject(value) || Object.keys(value).every((name) => validate(schema, name)),
  properties: (properties, value, validate) =>
    !isObject(value) ||
    Object.entries(properties as Fields).every(
      ([name, schema]) => !Object.hasOwn(value, name) || validate(schema, value[name]),
    ),
  additionalProperties: (schema, value, validate, { properties = {} }) =>
    !isObject(value) ||
    Object.entries(value).every(([name, item]) => Object.hasOwn(properties, name) || validate(schema, item)),
};

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
