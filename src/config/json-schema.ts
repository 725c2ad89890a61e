import { z } from 'zod';
import { workloadSchema } from './schema/workload.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema (draft 7) of the content of the workload file, variables filled in. It accepts what validation accepts,
 * as far as JSON Schema can say it: references between parts of the file are beyond it.
 */
export function workloadJsonSchema(): JsonSchema {
  return z.toJSONSchema(workloadSchema, {
    target: 'draft-07',
    io: 'input',
    override: ({ jsonSchema }) => {
      // Our own note is told in words, so that the schema holds nothing that a strict validator does not know.
      const { without, description } = jsonSchema;
      if (typeof without !== 'string') return;
      jsonSchema.description = `${description ?? ''} Without it: ${without}.`;
      delete jsonSchema['without'];
    },
  });
}
