import { z } from 'zod';
import { workloadSchema } from './schema.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Builds the JSON Schema (draft 7) of the content of the workload file, with expanded variables. It accepts every valid
 * file; references between parts of the file are not checked.
 */
export function workloadJsonSchema(): JsonSchema {
  return z.toJSONSchema(workloadSchema, {
    target: 'draft-07',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      restoreNotes(jsonSchema, z.globalRegistry.get(zodSchema) ?? {});
      // The `without` note moves into the description: strict validators reject unknown keywords.
      const { without, description } = jsonSchema;
      if (typeof without !== 'string') return;
      jsonSchema.description = `${description ?? ''} Without it: ${without}.`;
      delete jsonSchema['without'];
    },
  });
}

/** Puts `default` and `examples` after the description; Zod leaves them out where a text is parsed. */
function restoreNotes(jsonSchema: JsonSchema, notes: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(jsonSchema);
  const lost = ['default', 'examples'].filter((name) => name in notes && !(name in jsonSchema));
  if (lost.length === 0) return;
  for (const [keyword] of given) delete jsonSchema[keyword];
  for (const [keyword, value] of given) {
    jsonSchema[keyword] = value;
    if (keyword === 'description')
      Object.assign(jsonSchema, Object.fromEntries(lost.map((name) => [name, notes[name]])));
  }
}

/** A schema, or `true`, which accepts any value. */
type Part = JsonSchema | boolean;

/** Keywords of a field that describe it and check nothing. */
const NOTES: ReadonlySet<string> = new Set(['title', 'description', 'default', 'examples', 'deprecated']);

/** Keywords that restrict the text, number or boolean that a field may hold. */
const RESTRICTIONS = ['pattern', 'enum', 'const', 'minLength', 'maxLength', 'format'];

/** Definitions of texts with `${NAME}`: one that becomes a number or boolean, and one that stays text. */
const DEFINITIONS = {
  variable: { type: 'string', pattern: String.raw`^\$\{\w+\}$` },
  text_with_variable: { type: 'string', pattern: String.raw`\$\{` },
} as const;

/**
 * Builds the JSON Schema of the workload file as written, for editors: a number, a boolean or a restricted text may also
 * be a text with `${NAME}`, which is expanded before validation.
 */
export function editorSchema(): JsonSchema {
  const schema = withVariables(workloadJsonSchema());
  return { ...schema, definitions: { ...(schema.definitions as object), ...DEFINITIONS } };
}

function withVariables(schema: JsonSchema): JsonSchema {
  // A `type` from a variable does not select an alternative, so several may match.
  const isChoice = schema.oneOf?.every(({ $ref }) => $ref !== undefined) === true;
  const { oneOf, ...rest } = isChoice ? schema : { ...schema, oneOf: undefined };
  const branches = schema.anyOf ?? oneOf;
  if (branches !== undefined) return { ...rest, anyOf: [...branches.map(withVariables), ...variablesOf(branches)] };
  const variables = variablesOf([schema]);
  if (variables.length === 0) return withinParts(schema);
  const entries = Object.entries(schema);
  const notes = entries.filter(([keyword]) => NOTES.has(keyword));
  const checks = entries.filter(([keyword]) => !NOTES.has(keyword));
  return { ...Object.fromEntries(notes), anyOf: [Object.fromEntries(checks), ...variables] };
}

function withinParts(schema: JsonSchema): JsonSchema {
  const mapped = Object.entries(schema).map(([keyword, part]: [string, unknown]): [string, unknown] => {
    if (keyword === 'properties' || keyword === 'definitions') {
      const parts = Object.entries(part as Readonly<Record<string, Part>>);
      return [keyword, Object.fromEntries(parts.map(([name, each]) => [name, withinPart(each)]))];
    }
    if (keyword === 'items' || keyword === 'additionalProperties') return [keyword, withinPart(part as Part)];
    return [keyword, part];
  });
  return Object.fromEntries(mapped);
}

function withinPart(part: Part): Part {
  return typeof part === 'boolean' ? part : withVariables(part);
}

/** References to the definitions of texts that may replace one of these alternatives. */
function variablesOf(alternatives: readonly JsonSchema[]): JsonSchema[] {
  const names = alternatives.map(variableOf);
  const name = names.find((one) => one === 'text_with_variable') ?? names.find((one) => one !== undefined);
  return name === undefined ? [] : [{ $ref: `#/definitions/${name}` }];
}

/** Definition of the text that may replace a value; `undefined` if every text is valid here, or none. */
function variableOf(schema: JsonSchema): keyof typeof DEFINITIONS | undefined {
  const type = schema.type ?? typeof (schema.const ?? schema.enum?.[0]);
  if (type === 'number' || type === 'integer' || type === 'boolean') return 'variable';
  return type === 'string' && RESTRICTIONS.some((keyword) => keyword in schema) ? 'text_with_variable' : undefined;
}
