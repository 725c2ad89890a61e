import { Ajv } from 'ajv';
import type { JsonSchema } from '../../../src/workload/json-schema.ts';

/** Validates against one schema and its parts. A keyword that JSON Schema does not have is an error. */
export class Validator {
  readonly #ajv = new Ajv({ strictTypes: false, strictRequired: false });

  constructor(schema: JsonSchema) {
    this.#ajv.addSchema(schema, 'workload');
  }

  /** @param part names that lead to a part of the schema: `['definitions', 'http', 'properties', 'path']` */
  accepts(value: unknown, part: readonly string[] = []): boolean {
    const reference = ['workload#', ...part.map(encodeURIComponent)].join('/');
    const validate = this.#ajv.getSchema(reference);
    if (validate === undefined) throw new Error(`the schema has no part ${reference}`);
    return validate(value) === true;
  }
}
