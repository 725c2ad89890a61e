import type { z } from 'zod';

/** What the documentation and the editor say about a field. */
export interface FieldNotes {
  /** Meaning, unit and range, in whole sentences. */
  readonly description: string;
  /** The value that an absent field has. */
  readonly default?: unknown;
  /** What an absent field means, as a phrase, where no fixed value can say it. */
  readonly without?: string;
  readonly examples?: readonly unknown[];
  readonly deprecated?: boolean;
}

/**
 * A field that may be left out. Its default is only noted, not filled in: the plan does that, because a job's field
 * may also come from the workload, and a flag beats both.
 */
export function optional<Schema extends z.ZodType>(schema: Schema, notes: FieldNotes): z.ZodOptional<Schema> {
  return schema.optional().meta({ ...notes });
}

/** A field that must be there. */
export function required<Schema extends z.ZodType>(schema: Schema, notes: FieldNotes): Schema {
  return schema.meta({ ...notes });
}
