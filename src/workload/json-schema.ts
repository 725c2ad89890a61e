import { z } from 'zod';
import { workloadSchema } from './schema/workload.ts';

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
    override: ({ jsonSchema }) => {
      // The `without` note moves into the description: strict validators reject unknown keywords.
      const { without, description } = jsonSchema;
      if (typeof without !== 'string') return;
      jsonSchema.description = `${description ?? ''} Without it: ${without}.`;
      delete jsonSchema['without'];
    },
  });
}
