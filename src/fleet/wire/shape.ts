/** Whether a decoded JSON value has a type. */
export type FieldCheck = (value: unknown) => boolean;

/**
 * Returns a check of JSON objects with exactly these fields. It takes a tenth of the time of a schema, allocates nothing,
 * and explains nothing: for messages that arrive a thousand times a second, before the schema.
 */
export function hasShape<Shape extends object>(
  fields: Readonly<Record<keyof Shape & string, FieldCheck>>,
): (value: unknown) => value is Shape {
  const checks = Object.entries<FieldCheck>(fields);
  return (value): value is Shape => {
    if (!isObject(value)) return false;
    let count = 0;
    for (const _ in value) count++;
    if (count !== checks.length) return false;
    for (let index = 0; index < checks.length; index++) {
      const [name, check] = checks[index]!; // inside the list
      if (!check(value[name])) return false;
    }
    return true;
  };
}

/** Returns a check of JSON objects whose fields are among these, and all have one type. */
export function hasAnyOf(names: readonly string[], check: FieldCheck): FieldCheck {
  const known = new Set(names);
  return (value) => {
    if (!isObject(value)) return false;
    for (const name in value) if (!known.has(name) || !check(value[name])) return false;
    return true;
  };
}

/** Returns a check that also accepts `null`. */
export function orNull(check: FieldCheck): FieldCheck {
  return (value) => value === null || check(value);
}

export const isEmptyList: FieldCheck = (value) => Array.isArray(value) && value.length === 0;
export const isBoolean: FieldCheck = (value) => typeof value === 'boolean';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
