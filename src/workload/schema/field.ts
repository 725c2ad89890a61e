import type { z } from 'zod';

/** Notes on a field for the documentation and the JSON Schema. */
export interface FieldNotes {
  /** Meaning, unit and range, in whole sentences. */
  readonly description: string;
  /** Value of an absent field. */
  readonly default?: unknown;
  /** Meaning of an absent field as a phrase, when there is no fixed default. */
  readonly without?: string;
  readonly examples?: readonly unknown[];
  readonly deprecated?: boolean;
}

/**
 * An optional field. The default is documented here and applied by the plan, because a job inherits fields from the
 * workload, and a flag takes precedence over both.
 */
export function optional<Schema extends z.ZodType>(schema: Schema, notes: FieldNotes): z.ZodOptional<Schema> {
  return schema.optional().meta({ ...notes });
}

/** A required field. */
export function required<Schema extends z.ZodType>(schema: Schema, notes: FieldNotes): Schema {
  return schema.meta({ ...notes });
}
