import type { z } from 'zod';
import { isFault, type TextFault } from './diagnostics.ts';

/** A value that a text stands for. */
export type TextValue = object | string | number;

/** A schema that parses a text to a value. */
export type ParsedTextSchema<Value extends TextValue> = z.ZodPipe<z.ZodString, z.ZodTransform<Value, string>>;

type Result = TextValue | TextFault;

/** The texts of the workload that is being parsed: Zod gives its transforms no context. */
let current: ParsedTexts | undefined;

/**
 * Values of the texts of one workload. The schema parses each text, and checks that depend on several fields look its
 * value up here, also in a file with other errors.
 */
export class ParsedTexts {
  /** URL schemes of driver modules, and the driver of each; `undefined`: its module cannot be used. */
  readonly schemes: ReadonlyMap<string, string | undefined>;
  readonly #results = new Map<z.ZodType, Map<string, Result>>();

  constructor(schemes: ParsedTexts['schemes'] = new Map()) {
    this.schemes = schemes;
  }

  /** Runs the schema. The values of the texts that it parses are kept; an equal text is not parsed again. */
  keep<Value>(run: () => Value): Value {
    return runWith(this, run);
  }

  /** Value of a text that the schema has parsed; `undefined` for an invalid text, and for anything else. */
  valueOf<Value extends TextValue>(schema: ParsedTextSchema<Value>, text: unknown): Value | undefined {
    const result = typeof text === 'string' ? this.#results.get(schema)?.get(text) : undefined;
    return result === undefined || isFault(result) ? undefined : (result as Value); // a schema has one type of value
  }

  /** Value of a text that is not in the file; `undefined` if it is invalid. */
  parse<Value extends TextValue>(schema: ParsedTextSchema<Value>, text: string): Value | undefined {
    return this.keep(() => schema.safeParse(text)).data;
  }

  /** The kept result of a text, or that of `parse`. */
  resultOf<Value extends TextValue>(
    schema: ParsedTextSchema<Value>,
    text: string,
    parse: (text: string) => Value | TextFault,
  ): Value | TextFault {
    const results = this.#results.get(schema) ?? new Map<string, Result>();
    this.#results.set(schema, results);
    const result = results.get(text) ?? parse(text);
    results.set(text, result);
    return result as Value | TextFault; // a schema has one type of value
  }
}

function runWith<Value>(texts: ParsedTexts, run: () => Value): Value {
  const outer = current;
  current = texts;
  try {
    return run();
  } finally {
    current = outer;
  }
}

/** Result of a text within a schema: the kept one, if a workload is being parsed. */
export function parseText<Value extends TextValue>(
  schema: ParsedTextSchema<Value>,
  text: string,
  parse: (text: string) => Value | TextFault,
): Value | TextFault {
  return current === undefined ? parse(text) : current.resultOf(schema, text, parse);
}

/** URL schemes of the driver modules of the workload that is being parsed. */
export function moduleSchemes(): ParsedTexts['schemes'] {
  return current?.schemes ?? new Map();
}

/** A file that is being checked: its content, valid or not, and the values of its texts. */
export interface CheckedFile {
  readonly value: unknown;
  readonly texts: ParsedTexts;
}
