import { type JsonSchema, workloadJsonSchema } from './json-schema.ts';

/** `true` accepts anything. */
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
 * The JSON Schema of the workload file as it is written, for editors: wherever a number, a boolean or a text of a certain form may
 * stand, so may a text with `${NAME}`, which is filled in before the file is checked.
 */
export function editorSchema(): JsonSchema {
  const schema = withVariables(workloadJsonSchema());
  return { ...schema, definitions: { ...(schema.definitions as object), ...DEFINITIONS } };
}

function withVariables(schema: JsonSchema): JsonSchema {
  // A type that comes from a variable leaves open which of the alternatives is meant, so that several may fit.
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

/** References to the texts that may stand where any of these alternatives may. */
function variablesOf(alternatives: readonly JsonSchema[]): JsonSchema[] {
  const names = alternatives.map(variableOf);
  const name = names.find((one) => one === 'text_with_variable') ?? names.find((one) => one !== undefined);
  return name === undefined ? [] : [{ $ref: `#/definitions/${name}` }];
}

/** `undefined`: any text may stand here anyhow, or none at all. */
function variableOf(schema: JsonSchema): keyof typeof DEFINITIONS | undefined {
  const type = schema.type ?? typeof (schema.const ?? schema.enum?.[0]);
  if (type === 'number' || type === 'integer' || type === 'boolean') return 'variable';
  return type === 'string' && RESTRICTIONS.some((keyword) => keyword in schema) ? 'text_with_variable' : undefined;
}
