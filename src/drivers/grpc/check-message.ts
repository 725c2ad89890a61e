import type * as protobuf from 'protobufjs';
import type { Json } from '../../shared/json.ts';

/** Why a message does not fit its type. */
export interface MessageFault {
  /** Path from the message. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const INTEGERS = /^(u?int|s?fixed|sint)(32|64)$/;
/** Largest number of names in a hint. */
const MOST_NAMES = 12;

/** Finds the first value of a message template that does not fit its type. Texts with template tags fit any scalar type. */
export function messageFault(
  template: Json,
  type: protobuf.Type,
  path: readonly (string | number)[] = [],
): MessageFault | undefined {
  if (isTemplate(template)) return undefined;
  const fields = asObject(template);
  if (fields === undefined) return { path, message: `must be an object, a message of the type ${nameOf(type)}` };
  for (const [name, value] of Object.entries(fields)) {
    const field = type.fields[name];
    if (field === undefined) {
      const known = Object.keys(type.fields);
      const names = known.length === 0 ? 'it has none' : `its fields: ${known.slice(0, MOST_NAMES).join(', ')}`;
      return { path: [...path, name], message: `is not a field of ${nameOf(type)}; ${names}` };
    }
    const fault = fieldFault(value, field.resolve(), [...path, name]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function fieldFault(value: Json, field: protobuf.Field, path: readonly (string | number)[]): MessageFault | undefined {
  if (value === null || isTemplate(value)) return undefined;
  if (field.map) {
    const entries = asObject(value);
    if (entries === undefined) return { path, message: 'must be an object' };
    return firstFault(Object.entries(entries), (entry, key) => valueFault(entry, field, [...path, key]));
  }
  if (!field.repeated) return valueFault(value, field, path);
  if (!Array.isArray(value)) return { path, message: 'must be a list' };
  return firstFault([...value.entries()], (one, index) => valueFault(one, field, [...path, index]));
}

function firstFault<Key>(
  entries: readonly (readonly [Key, Json])[],
  check: (value: Json, key: Key) => MessageFault | undefined,
): MessageFault | undefined {
  for (const [key, value] of entries) {
    const fault = check(value, key);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function valueFault(
  value: Json,
  { type, resolvedType }: protobuf.Field,
  path: readonly (string | number)[],
): MessageFault | undefined {
  if (isTemplate(value)) return undefined;
  if (resolvedType !== null && 'fields' in resolvedType) return messageFault(value, resolvedType, path);
  if (resolvedType !== null) {
    const { values } = resolvedType;
    const isKnown = typeof value === 'string' ? Object.hasOwn(values, value) : typeof value === 'number';
    const names = Object.keys(values).slice(0, MOST_NAMES).join(', ');
    return isKnown ? undefined : { path, message: `must be one of ${names}` };
  }
  const expected = expectedOf(value, type);
  return expected === undefined ? undefined : { path, message: `must be ${expected}, of the type ${type}` };
}

/** Expected value of a scalar type; `undefined`: the value is one. */
function expectedOf(value: Json, type: string): string | undefined {
  if (type === 'bool') return typeof value === 'boolean' ? undefined : 'true or false';
  if (type === 'string') return typeof value === 'string' ? undefined : 'text';
  if (type === 'bytes') return typeof value === 'string' ? undefined : 'text in base64';
  const given = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (INTEGERS.test(type)) {
    const isInteger = typeof value === 'number' ? Number.isInteger(value) : /^-?\d+$/.test(given);
    const isNegative = given.startsWith('-');
    if (!isInteger) return 'a whole number';
    return isNegative && /^(uint|fixed)/.test(type) ? 'a whole number of at least 0' : undefined;
  }
  return typeof value === 'number' || /^(NaN|-?Infinity)$/.test(given) ? undefined : 'a number';
}

function isTemplate(value: Json): boolean {
  return typeof value === 'string' && value.includes('#');
}

function asObject(value: Json): { readonly [name: string]: Json } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: Json })
    : undefined;
}

function nameOf(type: protobuf.Type): string {
  return type.fullName.replace(/^\./, '');
}
