import type { Json } from '../shared/json.ts';
import { messageOf } from '../shared/errors.ts';
import { describeReturned } from './change-request.ts';
import type { FunctionStep, StepFunctionContext } from './function-types.ts';

/** Values that a step returned, by name. */
export type ReturnedValues = Readonly<Record<string, Json>>;

/** Bounds of a returned value, so that neither a cycle nor a large object fills the memory of a thread. */
const MOST_LEVELS = 64;
const MOST_PARTS = 100_000;

const EXPECTED = '; a step returns an object of values, or nothing';

const NAME = /^[A-Za-z_]\w{0,63}$/;

/**
 * Calls the function of a step.
 * @param name of the function, for messages
 * @returns copies of the members of the returned object
 * @throws {Error} when the function throws or returns anything but an object of JSON values
 */
export function callStep(call: FunctionStep, name: string, context: StepFunctionContext): ReturnedValues {
  let returned: unknown;
  try {
    returned = call(context);
  } catch (error) {
    throw new Error(`function ${name} threw: ${messageOf(error)}`, { cause: error });
  }
  if (returned === undefined) return {};
  if (!isRecord(returned)) throw new Error(`function ${name} ${describeReturned(returned)}${EXPECTED}`);
  const copier = new JsonCopier(`function ${name} returned`);
  return Object.fromEntries(
    Object.entries(returned).flatMap(([member, value]): (readonly [string, Json])[] => {
      if (value === undefined) return []; // no value, as if the member were absent
      if (NAME.test(member)) return [[member, copier.copy(value, member, 0)]];
      throw new Error(`function ${name} returned \`${member}\`, which is not a name of letters, digits and _`);
    }),
  );
}

/** Variables that a function has set, as it set them. */
export function changedVariables(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly (readonly [string, unknown])[] {
  return Object.entries(after).filter(([variable, value]) => !Object.is(value, before[variable]));
}

/** Copies a value of a function. @param what begins the message. @throws {Error} when it is not a JSON value */
export function copyJson(value: unknown, what: string, name: string): Json {
  return new JsonCopier(what).copy(value, name, 0);
}

/** Copies values within the bounds of one call. */
class JsonCopier {
  readonly #what: string;
  #parts = 0;

  constructor(what: string) {
    this.#what = what;
  }

  copy(value: unknown, place: string, level: number): Json {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (level >= MOST_LEVELS || ++this.#parts > MOST_PARTS) throw this.#fault(place, 'too deep or too large');
    if (Array.isArray(value)) return value.map((item, index) => this.copy(item, `${place}[${index}]`, level + 1));
    if (!isRecord(value)) throw this.#fault(place, 'not a JSON value');
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.copy(item, `${place}.${name}`, level + 1)]),
    );
  }

  #fault(place: string, problem: string): Error {
    return new Error(`${this.#what} \`${place}\`, which is ${problem}`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
