import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';

/** A value that is not as a result file has it. */
interface ShapeFault {
  /** The way to it, from the value that was checked. */
  readonly path: readonly (string | number)[];
  /** Continues the path: `must be text, not 5`. */
  readonly message: string;
}

/** Checks a value that was parsed from JSON; `undefined`: it is as it should be. */
export type Shape = (value: unknown) => ShapeFault | undefined;

export const text: Shape = (value) => (typeof value === 'string' ? undefined : mustBe('text', value));

export const flag: Shape = (value) => (typeof value === 'boolean' ? undefined : mustBe('true or false', value));

/** A time, rate or share: none is below 0. `1e999` in JSON is infinite for JavaScript. */
export const amount: Shape = (value) =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
    ? undefined
    : mustBe('a number of at least 0', value);

export const wholeNumber: Shape = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : mustBe('a whole number of at least 0', value);

/** A number of either sign, such as a difference. */
export const anyNumber: Shape = (value) => (Number.isFinite(value) ? undefined : mustBe('a number', value));

/** A time as JavaScript writes it: `2026-01-31T12:00:00.000Z`. */
export const instant: Shape = (value) =>
  typeof value === 'string' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value))
    ? undefined
    : mustBe('a time such as "2026-01-31T12:00:00.000Z"', value);

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** JSON of any content, within the levels that a result may have. */
export const anything: Shape = (value) => (isTooDeep(value, WORKLOAD_LIMITS.levels) ? TOO_DEEP : undefined);

const TOO_DEEP: ShapeFault = { path: [], message: `has more than ${WORKLOAD_LIMITS.levels} levels` };

export function oneOf(...allowed: readonly string[]): Shape {
  return (value) =>
    typeof value === 'string' && allowed.includes(value) ? undefined : mustBe(`one of ${allowed.join(', ')}`, value);
}

export function orNull(shape: Shape): Shape {
  return (value) => (value === null ? undefined : shape(value));
}

/** Text of no more than so many characters, which is decoded later. */
export function textWithin(characters: number): Shape {
  return (value) => {
    if (typeof value !== 'string') return mustBe('text', value);
    return value.length <= characters ? undefined : { path: [], message: `has more than ${characters} characters` };
  };
}

export function listOf(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return mustBe('a list', value);
    for (const [index, item] of value.entries()) {
      const fault = shape(item);
      if (fault !== undefined) return within(index, fault);
    }
    return undefined;
  };
}

/** A list with one value of each of these shapes, in their order. */
export function tupleOf(...shapes: readonly Shape[]): Shape {
  return (value) => {
    if (!Array.isArray(value) || value.length !== shapes.length) return mustBe(`a list of ${shapes.length}`, value);
    for (const [index, shape] of shapes.entries()) {
      const fault = shape(value[index]);
      if (fault !== undefined) return within(index, fault);
    }
    return undefined;
  };
}

/** An object whose keys are data: job ids, status codes, names. */
export function recordOf(shape: Shape): Shape {
  return (value) => {
    if (!isObject(value)) return mustBe('an object', value);
    for (const [key, item] of Object.entries(value)) {
      const fault = shape(item);
      if (fault !== undefined) return within(key, fault);
    }
    return undefined;
  };
}

/**
 * An object with these fields. Other fields, as a later version may write, may hold anything.
 * @param older fields that files of earlier versions lack
 */
export function objectOf<T extends object>(
  fields: Readonly<Record<keyof T & string, Shape>>,
  older: readonly (keyof T & string)[] = [],
): Shape {
  const shapes: ReadonlyMap<string, Shape> = new Map(Object.entries<Shape>(fields));
  const optional: ReadonlySet<string> = new Set(older);
  return (value) => {
    if (!isObject(value)) return mustBe('an object', value);
    for (const [key, shape] of shapes) {
      const fault = Object.hasOwn(value, key) ? shape(value[key]) : optional.has(key) ? undefined : MISSING;
      if (fault !== undefined) return within(key, fault);
    }
    for (const key of Object.keys(value)) {
      const fault = shapes.has(key) ? undefined : anything(value[key]);
      if (fault !== undefined) return within(key, fault);
    }
    return undefined;
  };
}

const MISSING: ShapeFault = { path: [], message: 'is missing' };

function within(segment: string | number, { path, message }: ShapeFault): ShapeFault {
  return { path: [segment, ...path], message };
}

function mustBe(expected: string, value: unknown): ShapeFault {
  return { path: [], message: `must be ${expected}, not ${describe(value)}` };
}

/** Characters of a wrong value that people read. */
const MAX_SHOWN = 40;

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
